#include <catch2/catch.hpp>

#include "shared/join/key_words.h"
#include "shared/wire/body.h"
#include "shared/wire/seal.h"
#include "shared/wire/topics.h"
#include "tests/contract/api/join_gate.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

// Sites that are revoked, cordoned or enrolled anew: what the hub's own loop makes of their frames.
namespace {

// A site that joined by itself; what it says now.
struct Speaker {
  Speaker(Gate& gate, const std::string& name) : gate_(gate), site(name) {
    (void)gate.joined(site.ask(gate.token(name)));
  }
  void say(wire::Content content, SiteEpoch epoch = SiteEpoch(1),
           const std::string& incarnation = std::string(32, 'a')) {
    wire::Body body;
    body.source = wire::site_address(site.site);
    body.destination = gate_.hub.address();
    body.site_epoch = epoch;
    body.incarnation = incarnation;
    body.session = 1;
    body.content = std::move(content);
    const bool presence = std::holds_alternative<sync::Presence>(body.content);
    const bool telemetry = std::holds_alternative<sync::Telemetry>(body.content);
    const auto channel = presence    ? wire::Channel::up_presence
                         : telemetry ? wire::Channel::up_telemetry
                                     : wire::Channel::up_control;
    const std::string frame = wire::seal(wire::kBodyType, wire::encode_body(body), site.signing);
    REQUIRE(gate_.hub.take({wire::topic_of(channel, site.site), frame, false, 1}));
  }

  Gate& gate_;
  Applicant site;
};

json::Value shown(Gate& gate, const std::string& site) { return gate.hub.read("/api/v1/sites/" + site); }

}  // namespace

TEST_CASE("a revoked site is not heard any more, whatever it says, and the answer says what is left to do") {
  Gate gate;
  Speaker osl(gate, "osl-1");
  osl.say(sync::Hello{});
  REQUIRE(wait_for([&] { return shown(gate, "osl-1")["connectivity"].as_string() == "connected"; }));
  const auto answer = gate.hub.call("POST", "/api/v1/sites/osl-1/revocation", R"({"reason":"the machine was stolen"})");
  REQUIRE(answer.status == 200);
  const json::Value site = json::parse(answer.body).value();
  CHECK(site["revoked"]["reason"].as_string() == "the machine was stolen");
  CHECK(site["revoked"]["by"].as_string() == "admin");
  osl.say(sync::Hello{});
  osl.say(sync::Presence{true});
  osl.say(sync::Telemetry{});
  osl.say(sync::Renewal{x509::PrivateKey::generate().request("osl-1")});
  REQUIRE(wait_for([&] { return gate.leaves("site.bad_frame") == 3; }));  // the 1st, 2nd and 4th
  CHECK(shown(gate, "osl-1")["connectivity"].as_string() == "offline");
  CHECK(gate.leaves("certificate.issued") == 1);
  CHECK(gate.hub.call("POST", "/api/v1/sites/osl-1/revocation", "{}").status == 400);
  CHECK(gate.hub.call("POST", "/api/v1/sites/nowhere/revocation", R"({"reason":"x"})").status == 404);
}

TEST_CASE(
    "A22 frames of the epoch before are dropped with an event after the site was enrolled anew, also with a kept key") {
  Gate gate;
  Speaker old(gate, "osl-1");
  old.say(sync::Hello{});
  REQUIRE(wait_for([&] { return gate.leaves("site.joined") == 1; }));
  const std::string token = gate.token("osl-1", R"({"anew":true})");
  old.say(sync::Hello{});  // its key is nobody's now
  REQUIRE(wait_for([&] { return gate.leaves("site.bad_frame") == 1; }));
  // It joins again with the same keys, as who copied them would: what it says of the epoch before counts for nothing.
  (void)gate.joined(old.site.ask(token));
  old.say(sync::Hello{});
  REQUIRE(wait_for([&] { return gate.leaves("site.bad_frame") == 2; }));
  old.say(sync::Presence{true});
  old.say(sync::Telemetry{});
  REQUIRE(wait_for([&] { return gate.leaves("site.bad_frame") == 3; }));  // the 4th has the next leaf
  CHECK(shown(gate, "osl-1")["connectivity"].as_string() != "connected");
  const auto leaf = gate.hub.read("/api/v1/audit?limit=1&action=site.bad_frame")["items"].items().at(0);
  CHECK_THAT(leaf["reason"].as_string(), Contains("of site epoch 1, the site's is 2"));
  CHECK(gate.leaves("site.new_life") == 0);
  // The life of the new epoch is heard, and the one before never again.
  old.say(sync::Hello{}, SiteEpoch(2), std::string(32, 'b'));
  REQUIRE(wait_for([&] { return gate.leaves("site.new_life") == 1; }));
  old.say(sync::Hello{}, SiteEpoch(2));
  CHECK(shown(gate, "osl-1")["incarnation"].as_string() == std::string(32, 'b'));
}

TEST_CASE("a site's page says who it is: its key as words, its epoch, when its certificate ends") {
  Gate gate;
  Speaker osl(gate, "osl-1");
  const json::Value site = shown(gate, "osl-1");
  CHECK(site["keyWords"].as_string() == join::key_words(osl.site.signing.public_key()));
  CHECK(site["siteEpoch"].as_int() == 1);
  CHECK(site["certificate"]["serial"].as_string().size() == 32);
  CHECK(site["certificate"]["endsAt"].as_string().size() > 10);
  CHECK(site["revoked"].is_null());
}

TEST_CASE("a cordoned site is in the way of a deployment, with who may lift it, until it is uncordoned") {
  Gate gate;
  const std::string body = R"({"service":"checkout","version":"1.0","environment":"staging"})";
  REQUIRE(gate.hub.call("POST", "/api/v1/sites/ams-1/cordon", R"({"reason":"new racks"})").status == 200);
  const auto blocked = gate.hub.call("POST", "/api/v1/deployments", body);
  CHECK(blocked.status == 409);
  const json::Value problem = json::parse(blocked.body).value();
  REQUIRE(problem["reasons"].items().size() == 1);
  CHECK(problem["reasons"].items()[0]["rule"].as_string() == "site-cordoned");
  CHECK_THAT(problem["reasons"].items()[0]["who"].as_string(), Contains("depops site uncordon ams-1"));
  CHECK(shown(gate, "ams-1")["cordoned"]["reason"].as_string() == "new racks");
  CHECK(gate.hub.call("POST", "/api/v1/sites/ams-1/uncordon", "{}").status == 200);
  CHECK(gate.hub.call("POST", "/api/v1/deployments", body).status == 201);
}

TEST_CASE(
    "with --confirm a token alone lets nobody in: a person gives the words that stand at the site, and no other ones") {
  Gate gate;
  const std::string token = gate.token("osl-1", R"({"environment":"staging","confirm":true})");
  const Applicant site("osl-1");
  const Applicant thief("osl-1");
  const std::string words = join::key_words(site.signing.public_key());
  const auto admit = [&](const std::string& said) {
    return gate.hub.call("POST", "/api/v1/sites/osl-1/admission", R"({"words":")" + said + "\"}").status;
  };
  CHECK(admit(words) == 409);  // nobody waits
  const http::Answer waits = gate.post(site.ask(token));
  CHECK(waits.status == 503);
  CHECK_THAT(waits.body, Contains("depops site admit osl-1"));
  CHECK_THAT(waits.body, !Contains(words));
  CHECK(shown(gate, "osl-1")["waitsForAdmission"].as_bool());
  CHECK(shown(gate, "osl-1")["keyWords"].is_null());
  CHECK(gate.post(thief.ask(token)).status == 403);  // one waits already
  CHECK(admit(join::key_words(thief.signing.public_key())) == 409);
  CHECK(admit("acid acorn") == 409);
  CHECK(gate.leaves("join.not_admitted") == 2);
  CHECK(gate.leaves("site.enrolled") == 0);
  CHECK(gate.post(site.ask(token)).status == 503);
  gate.hub.restart();
  CHECK(admit("  " + words + " ") == 200);
  CHECK(gate.post(thief.ask(token)).status == 403);
  (void)gate.joined(site.ask(token));
  CHECK(gate.leaves("join.waits") == 1);
  CHECK(gate.leaves("join.admitted") == 1);
  CHECK(shown(gate, "osl-1")["waitsForAdmission"].is_null());
  CHECK(shown(gate, "osl-1")["keyWords"].as_string() == words);
}
