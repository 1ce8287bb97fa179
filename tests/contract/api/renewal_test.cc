#include <catch2/catch.hpp>

#include "shared/join/renewal.h"
#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"
#include "tests/contract/api/join_gate.h"
#include "tests/e2e/stage/program.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

// How sites get their next certificate: with real frames and over real TLS, at the hub's own loop and store.
namespace {

const SiteName kRenewing("fra-1");

// What went down to the site, of the kind that is asked for.
std::vector<std::string> certificates_for(const Gate& gate, const SiteName& site) {
  std::vector<std::string> found;
  for (const std::string& frame : gate.hub.broker().all_on(wire::topic_of(wire::Channel::down_message, site))) {
    const std::array keys{gate.hub.door().joining().hub_key};
    const auto opened = wire::open(wire::kBodyType, frame, keys);
    REQUIRE(opened.ok());
    const auto body = wire::decode_body(opened->body);
    REQUIRE(body.ok());
    CHECK(body->destination == wire::site_address(site));
    if (const auto* certificate = std::get_if<sync::Certificate>(&body->content)) found.push_back(certificate->pem);
  }
  return found;
}

wire::Body renewal_of(const Gate& gate, const SiteName& site, const std::string& request,
                      SiteEpoch epoch = SiteEpoch(1)) {
  wire::Body body;
  body.source = wire::site_address(site);
  body.destination = gate.hub.address();
  body.site_epoch = epoch;
  body.content = sync::Renewal{request};
  return body;
}

void send(Gate& gate, const SiteName& topic, const std::string& frame) {
  REQUIRE(gate.hub.take({wire::topic_of(wire::Channel::up_control, topic), frame, false, 1}));
}

std::size_t certificates_issued(Gate& gate) { return gate.leaves("certificate.issued"); }

// A site that joined by itself, with what it got.
struct Joined {
  Joined(Gate& gate, const std::string& name) : site(name) {
    certificate = gate.joined(site.ask(gate.token(name))).certificate;
  }
  std::string frame(const Gate& gate, const std::string& request, SiteEpoch epoch = SiteEpoch(1)) const {
    return wire::seal(wire::kBodyType, wire::encode_body(renewal_of(gate, site.site, request, epoch)), site.signing);
  }
  Applicant site;
  std::string certificate;
};

http::Answer post_renewal(const Gate& gate, const std::string& body) {
  http::Request request;
  request.page = {"127.0.0.1", gate.hub.join_port(), "/renew", "", true};
  request.method = "POST";
  request.body = body;
  request.authority = gate.hub.door().authority();
  const auto sending = http::http_send(request, Millis(20'000), join::kAnswerMax, [] { return false; });
  INFO(sending.trouble);
  REQUIRE(sending.answer.has_value());
  return *sending.answer;
}

}  // namespace

TEST_CASE(
    "A6 renewal: a site gets its next certificate over its own topic, signed by the hub, and one leaf tells of it") {
  Gate gate;
  const auto key = x509::PrivateKey::generate();
  send(gate, kRenewing,
       gate.hub.sealed(kRenewing, wire::encode_body(renewal_of(gate, kRenewing, key.request("fra-1")))));
  REQUIRE(wait_for([&] { return certificates_for(gate, kRenewing).size() == 1; }));
  const std::string pem = certificates_for(gate, kRenewing).front();
  const auto facts = x509::facts_of(pem);
  REQUIRE(facts.ok());
  CHECK(facts->common_names == std::vector<std::string>{"fra-1"});
  CHECK(facts->uris == std::vector<std::string>{"urn:depops:site:fra-1:e1"});
  CHECK(facts->public_der == key.public_der());
  CHECK(x509::signed_by(pem, stage::read_file(gate.hub.door().file("sites-ca.pem"))));
  CHECK(certificates_issued(gate) == 1);
  // An answer that was lost: the same key, the same certificate.
  send(gate, kRenewing,
       gate.hub.sealed(kRenewing, wire::encode_body(renewal_of(gate, kRenewing, key.request("fra-1")))));
  REQUIRE(wait_for([&] { return certificates_for(gate, kRenewing).size() == 2; }));
  CHECK(x509::facts_of(certificates_for(gate, kRenewing)[1])->serial == facts->serial);
  CHECK(certificates_issued(gate) == 1);
}

TEST_CASE("A6 renewal: a request that names another site, on a site's own topic or with another's frame, is refused") {
  Gate gate;
  const SiteName sin("sin-1");
  const auto key = x509::PrivateKey::generate();
  SECTION("its own frame, another's name in the request") {
    send(gate, kRenewing,
         gate.hub.sealed(kRenewing, wire::encode_body(renewal_of(gate, kRenewing, key.request("sin-1")))));
  }
  SECTION("another's frame, signed by the other") {
    send(gate, kRenewing, gate.hub.sealed(sin, wire::encode_body(renewal_of(gate, sin, key.request("sin-1")))));
  }
  SECTION("another's frame, signed by itself, on the other's topic") {
    send(gate, sin, gate.hub.sealed(kRenewing, wire::encode_body(renewal_of(gate, sin, key.request("sin-1")))));
  }
  SECTION("what is no request") {
    send(gate, kRenewing, gate.hub.sealed(kRenewing, wire::encode_body(renewal_of(gate, kRenewing, "hello"))));
  }
  REQUIRE(wait_for([&] { return gate.leaves("site.bad_frame") == 1; }));
  CHECK(certificates_issued(gate) == 0);
  CHECK(certificates_for(gate, kRenewing).empty());
  CHECK(certificates_for(gate, sin).empty());
}

TEST_CASE("A6 renewal: the key of an epoch that is over gets nothing, over the broker nor at the door") {
  Gate gate;
  const Joined old(gate, "osl-1");
  const auto key = x509::PrivateKey::generate();
  REQUIRE(gate.enroll("osl-1", R"({"anew":true})").status == 201);
  const std::size_t before = certificates_issued(gate);
  send(gate, old.site.site, old.frame(gate, key.request("osl-1")));
  send(gate, old.site.site, old.frame(gate, key.request("osl-1"), SiteEpoch(2)));
  REQUIRE(wait_for([&] { return gate.leaves("site.bad_frame") == 2; }));
  const auto answer = post_renewal(
      gate, join::write(join::ask_renewal(old.certificate, key.request("osl-1"), old.site.tls, old.site.signing)));
  CHECK(answer.status == 403);
  CHECK(certificates_for(gate, old.site.site).empty());
  CHECK(certificates_issued(gate) == before);
  CHECK(gate.leaves("certificate.refused") == 1);
}

TEST_CASE(
    "renewal at the door: both keys of the site get it the next certificate; whose certificate is another's, nothing") {
  Gate gate;
  const Joined one(gate, "osl-1");
  const Joined other(gate, "osl-2");
  const auto key = x509::PrivateKey::generate();
  const std::size_t before = certificates_issued(gate);
  join::Renewal wish = join::ask_renewal(one.certificate, key.request("osl-1"), one.site.tls, one.site.signing);
  const auto given = post_renewal(gate, join::write(wish));
  INFO(given.body);
  REQUIRE(given.status == 200);
  CHECK(x509::facts_of(join::read_certificate(given.body).value())->public_der == key.public_der());
  CHECK(certificates_issued(gate) == before + 1);
  // The keys of two sites do not make one; nor does a certificate that an authority of one's own made.
  const auto mixed = join::ask_renewal(one.certificate, key.request("osl-1"), one.site.tls, other.site.signing);
  const auto stolen = join::ask_renewal(one.certificate, key.request("osl-1"), other.site.tls, one.site.signing);
  join::Renewal swapped = wish;
  swapped.certificate_request = x509::PrivateKey::generate().request("osl-1");
  join::Renewal foreign = join::ask_renewal(stage::read_file(gate.hub.door().file("hub.pem")), key.request("osl-1"),
                                            one.site.tls, one.site.signing);
  for (const join::Renewal& wrong : {mixed, stolen, swapped, foreign})
    CHECK(post_renewal(gate, join::write(wrong)).status == 403);
  CHECK(post_renewal(gate, "{}").status == 400);
  CHECK(certificates_issued(gate) == before + 1);
}
