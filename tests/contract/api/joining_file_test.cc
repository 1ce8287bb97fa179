#include <catch2/catch.hpp>

#include "shared/join/file_request.h"
#include "shared/join/key_words.h"
#include "tests/contract/api/join_gate.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

// Requests in files: the hub's own API, loop and store. The agent's side: joining_file_agent_test.cc.
namespace {

join::FileRequest file_of(const Gate& gate, const Applicant& site, const std::string& token) {
  join::FileRequest out;
  out.site = site.site;
  out.authority = gate.hub.door().authority();
  out.certificate_request = site.certificate_request;
  out.fingerprint = signing::digest_of("machine").str();
  out.signing_key = site.signing.public_key();
  join::prove(out, token, site.signing);
  return out;
}

HttpAnswer bring(Gate& gate, const std::string& site, const std::string& body) {
  return gate.hub.call("POST", "/api/v1/sites/" + site + "/join-requests", body);
}

Instant wall_now() { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }

join::FileAnswer answer_file(const HttpAnswer& answer, int status) {
  INFO(answer.body);
  REQUIRE(answer.status == status);
  auto read = join::read_file_answer(answer.body);
  REQUIRE(read.ok());
  return std::move(read).value();
}

}  // namespace

TEST_CASE("joining by file: the answer says what the listener says, and who was told the authority's digest knows it") {
  Gate gate;
  const Applicant site("osl-1");
  const join::FileRequest request = file_of(gate, site, gate.token("osl-1"));
  const join::FileAnswer sealed = answer_file(bring(gate, "osl-1", join::write(request)), 201);
  const join::Expected expected{site.site, join::digest_of(request), gate.hub.door().authority(), "127.0.0.1"};
  CHECK(join::judge(sealed, expected, wall_now()).ok());
  const auto told = join::read_answer(sealed.said);
  REQUIRE(told.ok());
  const auto facts = x509::facts_of(told->certificate);
  CHECK(facts->public_der == site.tls.public_der());
  CHECK(facts->uris == std::vector<std::string>{"urn:depops:site:osl-1:e1"});
  CHECK(sealed.expires == facts->not_after);
  CHECK(told->environment == EnvironmentName("staging"));
  CHECK(gate.leaves("site.enrolled") == 1);
  CHECK_THAT(gate.hub.read("/api/v1/audit?action=site.enrolled")["items"].items().at(0)["reason"].as_string(),
             Contains("a file that admin brought"));
  const join::FileAnswer again = answer_file(bring(gate, "osl-1", join::write(request)), 200);
  CHECK(join::judge(again, expected, wall_now()).ok());
  CHECK(gate.leaves("site.enrolled") == 1);
  CHECK(gate.leaves("certificate.issued") == 1);
}

TEST_CASE(
    "A7 joining by file: a token twice, of another site, guessed, for another hub: refused, and nothing changes") {
  Gate gate;
  const Applicant site("osl-1");
  const Applicant thief("osl-1");
  const std::string token = gate.token("osl-1");
  const std::string other = gate.token("osl-2");
  const join::FileRequest good = file_of(gate, site, token);
  const auto refused = [&](const join::FileRequest& request, const std::string& why,
                           const std::string& name = "osl-1") {
    const HttpAnswer answer = bring(gate, name, join::write(request));
    CHECK(answer.status == 409);
    CHECK(code_of(answer) == "refused");
    CHECK_THAT(answer.body, Contains(why) && !Contains(token));
  };
  refused(file_of(gate, site, other), "make a new token");
  refused(file_of(gate, site, join::new_token()), "make a new token");
  refused(good, "the request is of site osl-1", "osl-2");
  join::FileRequest moved = good;  // the courier's key under the site's proof of the token
  moved.signing_key = thief.signing.public_key();
  refused(moved, "make a new token");
  join::FileRequest unproven = good;
  unproven.proof = file_of(gate, thief, token).proof;
  refused(unproven, "make a new token");
  join::FileRequest foreign = good;
  foreign.authority = signing::digest_of("another hub");
  join::prove(foreign, token, site.signing);
  refused(foreign, "the one of this hub is " + gate.hub.door().authority().str());
  CHECK(gate.leaves("site.enrolled") == 0);
  (void)answer_file(bring(gate, "osl-1", join::write(good)), 201);
  refused(file_of(gate, thief, token), "make a new token");
  CHECK(gate.leaves("site.enrolled") == 1);
}

TEST_CASE(
    "joining by file: a body that is no request is refused by its member, and one that is too long by its length") {
  Gate gate;
  const std::string good = join::write(file_of(gate, Applicant("osl-1"), gate.token("osl-1")));
  CHECK(bring(gate, "osl-1", good.substr(0, good.size() / 2)).status == 400);
  const HttpAnswer empty = bring(gate, "osl-1", "{}");
  CHECK(empty.status == 400);
  CHECK_THAT(empty.body, Contains("site"));
  CHECK_THAT(bring(gate, "osl-1", good + std::string(70'000, ' ')).body, Contains("64 KiB"));
  CHECK(gate.leaves("site.enrolled") == 0);
}

TEST_CASE("joining by file: with --confirm it waits for a person who was told the words, and then the file is good") {
  Gate gate;
  const Applicant site("osl-1");
  const std::string token = gate.token("osl-1", R"({"environment":"staging","confirm":true})");
  const std::string request = join::write(file_of(gate, site, token));
  const HttpAnswer waits = bring(gate, "osl-1", request);
  CHECK(waits.status == 409);
  CHECK(code_of(waits) == "blocked");
  const std::string words = join::key_words(site.signing.public_key());
  CHECK_THAT(waits.body, Contains("depops site admit osl-1") && !Contains(words));
  const auto admit = [&](const std::string& said) {
    return gate.hub.call("POST", "/api/v1/sites/osl-1/admission", R"({"words":")" + said + "\"}").status;
  };
  CHECK(admit("acid acorn actor adobe agent album") == 409);
  CHECK(bring(gate, "osl-1", request).status == 409);
  CHECK(admit(words) == 200);
  (void)answer_file(bring(gate, "osl-1", request), 201);
}

TEST_CASE("renewing by file: with proof of both keys, for this site alone, and not after it was revoked") {
  Gate gate;
  const Applicant site("osl-1");
  const join::FileRequest joining = file_of(gate, site, gate.token("osl-1"));
  const join::FileAnswer joined = answer_file(bring(gate, "osl-1", join::write(joining)), 201);
  const std::string held = join::read_answer(joined.said)->certificate;
  const x509::PrivateKey next = x509::PrivateKey::generate();
  const join::Renewal renewal = join::ask_renewal(held, next.request("osl-1"), site.tls, site.signing);
  const join::FileAnswer sealed = answer_file(bring(gate, "osl-1", join::write(renewal)), 201);
  CHECK(join::judge(sealed, {site.site, join::digest_of(renewal), gate.hub.door().authority(), "127.0.0.1"}, wall_now())
            .ok());
  CHECK(x509::facts_of(*join::read_certificate(sealed.said))->public_der == next.public_der());
  CHECK(bring(gate, "fra-1", join::write(renewal)).status == 409);
  const Applicant thief("osl-1");
  const join::Renewal stolen = join::ask_renewal(held, next.request("osl-1"), site.tls, thief.signing);
  CHECK(bring(gate, "osl-1", join::write(stolen)).status == 409);
  CHECK(gate.hub.call("POST", "/api/v1/sites/osl-1/revocation", R"({"reason":"stolen"})").status == 200);
  CHECK(bring(gate, "osl-1", join::write(renewal)).status == 409);
  CHECK(gate.leaves("certificate.issued") == 2);
}
