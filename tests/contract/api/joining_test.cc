#include <catch2/catch.hpp>

#include "shared/clock/system_clock.h"
#include "shared/json/parse.h"
#include "shared/wire/body.h"
#include "shared/wire/topics.h"
#include "tests/contract/api/join_gate.h"
#include "tests/e2e/stage/program.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

// Joining over real TLS: the hub's own loop, store and joining listener. The agent's side: joining_agent_test.cc.
namespace {

std::string openssl_request(const Gate& gate, const std::string& subject, const std::vector<std::string>& extensions) {
  std::vector<std::string> words = {"openssl",
                                    "req",
                                    "-new",
                                    "-newkey",
                                    "ec",
                                    "-pkeyopt",
                                    "ec_paramgen_curve:P-256",
                                    "-nodes",
                                    "-utf8",
                                    "-subj",
                                    subject,
                                    "-keyout",
                                    gate.place("any.key"),
                                    "-out",
                                    gate.place("any.csr")};
  for (const std::string& extension : extensions) words.insert(words.end(), {"-addext", extension});
  const auto made = stage::run({words, gate.hub.directory().string(), gate.place("openssl.log"), {}, {}});
  INFO(stage::read_file(gate.place("openssl.log")));
  REQUIRE(made.status == 0);
  return stage::read_file(gate.place("any.csr"));
}

}  // namespace

TEST_CASE("joining: a site that was enrolled joins with its token and is told all it needs") {
  Gate gate;
  const HttpAnswer made = gate.enroll("osl-1");
  REQUIRE(made.status == 201);
  const json::Value told = json::parse(made.body).value();
  CHECK(told["caDigest"].as_string() == gate.hub.door().authority().str());
  CHECK(told["siteEpoch"].as_int() == 1);
  const Applicant site("osl-1");
  const join::Answer answer = gate.joined(site.ask(told["token"].as_string()));
  const auto facts = x509::facts_of(answer.certificate);
  REQUIRE(facts.ok());
  CHECK(facts->common_names == std::vector<std::string>{"osl-1"});
  CHECK(facts->uris == std::vector<std::string>{"urn:depops:site:osl-1:e1"});
  CHECK(facts->public_der == site.tls.public_der());
  CHECK(x509::signed_by(answer.certificate, stage::read_file(gate.hub.door().file("sites-ca.pem"))));
  CHECK(answer.environment == EnvironmentName("staging"));
  CHECK(answer.hub_key.id().str() == answer.hub_id);
  CHECK(answer.floors.hub_epoch == HubEpoch(1));
  CHECK(gate.leaves("site.enrolled") == 1);
  // The token stands nowhere in the hub's memory.
  CHECK(stage::read_file((gate.hub.directory() / "hub.db").string()).find(told["token"].as_string()) ==
        std::string::npos);
  CHECK(stage::read_file((gate.hub.directory() / "hub.db-wal").string()).find(told["token"].as_string()) ==
        std::string::npos);
}

TEST_CASE("joining: an answer that was lost is asked for again with the same keys") {
  Gate gate;
  const Applicant site("osl-1");
  const join::Request request = site.ask(gate.token("osl-1"));
  const join::Answer first = gate.joined(request);
  gate.hub.restart();
  const http::Answer again = gate.post(request);
  CHECK(again.status == 200);
  CHECK(x509::facts_of(join::read_answer(again.body)->certificate)->public_der == site.tls.public_der());
  CHECK(gate.leaves("site.enrolled") == 1);
}

TEST_CASE("joining: the same Idempotency-Key never says a token twice") {
  Gate gate;
  const Headers key{{"Idempotency-Key", "enrol-osl-1-once"}};
  const std::string path = "/api/v1/sites/osl-1/join-tokens";
  const std::string body = R"({"environment":"staging"})";
  const auto first = gate.hub.call("POST", path, body, key);
  CHECK(first.status == 201);
  const auto second = gate.hub.call("POST", path, body, key);
  CHECK(second.status == 409);
  CHECK(code_of(second) == "conflict");
  CHECK(gate.leaves("join.token_made") == 1);
}

TEST_CASE("joining: the listener serves nothing but joining, and joining nobody else serves") {
  Gate gate;
  CHECK(gate.hub.call("POST", "/join", "{}").status == 404);
  http::Request request;
  request.page = {"127.0.0.1", gate.hub.join_port(), "/api/v1/me", "", true};
  request.authority = gate.hub.door().authority();
  request.headers = {{"Authorization", "Bearer " + gate.hub.token()}};
  const auto other = http::http_send(request, Millis(20'000), 10'000, [] { return false; });
  REQUIRE(other.answer.has_value());
  CHECK(other.answer->status == 404);
  // It answers before it read such a body, so that the rest of it may find a closed door.
  const auto large = post_join(gate.hub.join_port(), gate.hub.door().authority(), std::string(70'000, ' '));
  CHECK((!large.answer || large.answer->status == 413));
  CHECK(gate.post(std::string("{")).status == 400);
}

TEST_CASE("F28 whether the pinned authority's certificates hold is judged by the time that the asker gives") {
  Gate gate;
  http::Request request;
  request.page = {"127.0.0.1", gate.hub.join_port(), "/renew", "", true};
  request.authority = gate.hub.door().authority();
  const auto asked_at = [&](std::optional<Instant> at) {
    request.certified_at = at;
    return http::http_send(request, Millis(20'000), 10'000, [] { return false; });
  };
  const Instant now = clock::SystemClock().now().wall;
  CHECK(asked_at(std::nullopt).answer.has_value());
  CHECK(asked_at(now).answer.has_value());
  for (const Instant at : {now - std::chrono::hours(87'660), now + std::chrono::hours(876'600)}) {
    const auto sending = asked_at(at);
    CHECK_FALSE(sending.answer.has_value());
    CHECK_FALSE(sending.sent);
  }
}

TEST_CASE("A4 joining: no token is made for a name with a slash, a wildcard, dots, look-alikes or a zero byte") {
  Gate gate;
  for (const char* name : {"site-a%2Fup", "%2B", "%23", "..", "s%D1%96te", "site-a%00up", "SITE", "site-a%0A"}) {
    const auto answer = gate.enroll(name);
    INFO(name << " " << answer.status);
    CHECK((answer.status == 400 || answer.status == 404));
  }
  CHECK(gate.leaves("join.token_made") == 0);
}

TEST_CASE("A4 joining: what came under a name with a slash the hub drops, whatever the broker let through") {
  Gate gate;
  const SiteName ams("ams-1");
  wire::Body body;
  body.source = wire::site_address(ams);
  body.destination = wire::hub_address("contract");
  body.site_epoch = SiteEpoch(1);
  body.incarnation = "0123456789abcdef0123456789abcdef";
  body.session = 1;
  body.hub_epoch = HubEpoch(1);
  body.content = sync::Hello{};
  const std::string frame = gate.hub.sealed(ams, wire::encode_body(body));
  for (const char* topic : {"depops/v1/ams-1/up/up/ctl", "depops/v1/ams-1/up/up/ev", "depops/v1/+/up/ctl",
                            "depops/v1/#/up/ctl", "depops/v1/../up/ctl", "depops/v1/ams-1/x/up/ctl"})
    REQUIRE(gate.hub.take({topic, frame, false, 1}));
  gate.hub.say(SiteName("fra-1"), sync::Hello{});
  REQUIRE(wait_for([&] { return gate.leaves("site.joined") == 1; }));  // fra-1, which came after them
  CHECK(gate.hub.read("/api/v1/sites/ams-1")["connectivity"].as_string() == "never");
}

TEST_CASE("A5 joining: subject, names and purposes of a request are ignored; its key alone counts") {
  Gate gate;
  const std::vector<std::pair<std::string, std::vector<std::string>>> wishes = {
      {"/CN=fra-1", {"subjectAltName=URI:urn:depops:site:fra-1:e1"}},
      {"/CN=hub/O=infra", {"extendedKeyUsage=serverAuth", "subjectAltName=DNS:hub,IP:127.0.0.1"}},
      {"/CN=osl-1/CN=fra-1", {"basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign"}},
      {"/CN=s\xd1\x96te-a", {}}};
  Applicant site("osl-1");
  const std::string token = gate.token("osl-1");
  for (const auto& [subject, extensions] : wishes) {
    site.certificate_request = openssl_request(gate, subject, extensions);
    const http::Answer answer = gate.post(site.ask(token));
    INFO(subject << " " << answer.body);
    REQUIRE((answer.status == 201 || answer.status == 200));
    const auto facts = x509::facts_of(join::read_answer(answer.body)->certificate);
    REQUIRE(facts.ok());
    CHECK(facts->common_names == std::vector<std::string>{"osl-1"});
    CHECK(facts->subject_parts == 1);
    CHECK(facts->uris == std::vector<std::string>{"urn:depops:site:osl-1:e1"});
    CHECK(facts->other_names == 0);
    CHECK(facts->purposes == std::vector<std::string>{"clientAuth"});
    CHECK_FALSE(facts->authority);
  }
}

TEST_CASE("A7 joining: a token twice, of another site, with a wrong proof: refused alike, and nothing changes") {
  Gate gate;
  const Applicant site("osl-1");
  const Applicant thief("osl-1");
  const std::string token = gate.token("osl-1");
  const std::string other = gate.token("osl-2");
  join::Request borrowed = thief.ask(token);
  borrowed.proof = site.ask(token).proof;
  const http::Answer unproven = gate.post(borrowed);
  const http::Answer foreign = gate.post(site.ask(other));
  CHECK(gate.leaves("site.enrolled") == 0);
  gate.joined(site.ask(token));
  const http::Answer twice = gate.post(thief.ask(token));
  for (const http::Answer& answer : {unproven, foreign, twice}) {
    CHECK(answer.status == 403);
    CHECK(answer.body == unproven.body);
    CHECK_THAT(answer.body, !Contains(token));
  }
  CHECK(gate.leaves("site.enrolled") == 1);
  CHECK(gate.leaves("join.refused") == 2);
  const json::Value events = gate.hub.read("/api/v1/audit?limit=500&action=join.refused");
  CHECK_THAT(events["items"].items().at(0)["reason"].as_string(), Contains("used before, by another key"));
}

TEST_CASE("A7 joining: who guesses is held back after ten tries in a minute") {
  Gate gate;
  const Applicant thief("osl-1");
  const std::string token = gate.token("osl-1");
  int refused = 0;
  for (int i = 0; i < 10; ++i) refused += gate.post(thief.ask(join::new_token())).status == 403 ? 1 : 0;
  CHECK(refused == 10);
  const http::Answer late = gate.post(thief.ask(token));
  CHECK(late.status == 429);
  CHECK(gate.leaves("join.guessed") == 4);  // 1, 2, 4, 8
  CHECK(gate.leaves("site.enrolled") == 0);
}
