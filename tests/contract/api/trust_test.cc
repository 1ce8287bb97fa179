#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/statement/statement.h"
#include "tests/contract/api/running_hub.h"
#include "tests/contract/api/signers.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

namespace {

// 1.0 is healthy in staging and on its way to production, where two people are asked.
struct Asking {
  Asking() {
    hub.set_up();
    REQUIRE(hub.call("POST", "/api/v1/trust-roots", people.trust_root_body()).status == 201);
    const std::string first = hub.start("1.0", "staging");
    hub.report_state(first + ".ams-1", SiteName("ams-1"), rollout::State::completed);
    REQUIRE(wait_for([&] { return hub.read("/api/v1/deployments/" + first)["state"].as_string() == "completed"; }));
    id = hub.start("1.0", "production");
  }
  HttpAnswer attest(const std::string& body) {
    return hub.call("POST", "/api/v1/deployments/" + id + "/attestations", body);
  }
  json::Value deployment() { return hub.read("/api/v1/deployments/" + id); }

  RunningHub hub;
  Signers people;
  std::string id;
};

}  // namespace

TEST_CASE("API: two people approve with keys of their own; what they signed can be read again and checked") {
  Asking world;
  CHECK(world.deployment()["waiting"].items().at(0)["rule"].as_string() == "approvals");
  CHECK(world.deployment()["approval"]["needed"].as_int() == 2);
  const std::string approval = world.people.approval(world.hub, world.id, "ana");
  const auto first = world.attest(approval);
  CHECK(first.status == 201);
  CHECK(json::parse(first.body).value()["given"].as_int() == 1);
  CHECK(world.attest(approval).status == 200);  // the same one again
  const auto second = world.attest(world.people.approval(world.hub, world.id, "ben"));
  CHECK(second.status == 201);
  CHECK(json::parse(second.body).value()["approvedBy"].items().size() == 2);
  CHECK(world.deployment()["rollouts"].items().size() == 1);
  const json::Value all = world.hub.read("/api/v1/deployments/" + world.id + "/attestations");
  REQUIRE(all["items"].items().size() == 2);
  CHECK(all["items"].items()[0]["person"].as_string() == "ana");
  CHECK(all["items"].items()[0]["decision"].as_string() == "approve");
  CHECK(all["items"].items()[0]["reason"].as_string() == "seen in staging");
  world.hub.restart();
  CHECK(world.deployment()["approval"]["approvedBy"].items().size() == 2);
}

TEST_CASE("API: what would not count at a site is refused with the code of why") {
  Asking world;
  const auto refused = [&](const HttpAnswer& answer, int status, const std::string& says) {
    INFO(answer.body);
    CHECK(answer.status == status);
    CHECK_THAT(answer.body, Contains(says));
  };
  refused(world.attest(world.people.approval(world.hub, world.id, "ruth")), 409, "approval-key");
  refused(world.attest(R"({"payload":"!","payloadType":"x","signatures":[]})"), 409, "approval-broken");
  refused(world.attest("[]"), 400, "object");
  const std::string other = world.hub.start("1.1", "staging");
  refused(world.attest(world.people.approval(world.hub, other, "ana")), 409, "approval-subject");
  refused(world.hub.call("POST", "/api/v1/deployments/d-99/attestations",
                         world.people.approval(world.hub, world.id, "ana")),
          404, "no deployment d-99");
  CHECK(world.hub.read("/api/v1/deployments/" + world.id + "/attestations")["items"].items().empty());
  CHECK(world.hub.call("GET", "/api/v1/deployments/d-99/attestations").status == 404);
}

TEST_CASE("API: a trust root comes once, then only the next version, and only with a token") {
  Asking world;
  const Signers strangers;
  CHECK(world.hub.call("POST", "/api/v1/trust-roots", world.people.trust_root_body()).status == 200);
  const auto stranger = world.hub.call("POST", "/api/v1/trust-roots", strangers.trust_root_body(2));
  CHECK(stranger.status == 409);
  CHECK_THAT(stranger.body, Contains("signature"));
  CHECK_THAT(world.hub.call("POST", "/api/v1/trust-roots", world.people.trust_root_body(3)).body,
             Contains("root-version"));
  CHECK(world.hub.call("POST", "/api/v1/trust-roots", R"({"document":"%%%"})").status == 400);
  CHECK(world.hub.call("POST", "/api/v1/trust-roots", R"({"document":"Z2FyYmFnZQ=="})").status == 400);
  CHECK(world.hub.without_token("POST", "/api/v1/trust-roots", world.people.trust_root_body(2)).status == 401);
  CHECK(world.hub.call("POST", "/api/v1/trust-roots", world.people.trust_root_body(2)).status == 201);
  const json::Value all = world.hub.read("/api/v1/trust-roots");
  REQUIRE(all["items"].items().size() == 2);
  CHECK(all["items"].items()[1]["version"].as_int() == 2);
}
