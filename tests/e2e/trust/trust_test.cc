#include <algorithm>
#include <catch2/catch.hpp>

#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/site.h"
#include "tests/e2e/trust/people.h"
#include "tests/e2e/trust/stolen_hub.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{60};
constexpr int kRequestsPerSecond = 200;
const std::string kSite = "fra-1";

struct Scene {
  explicit Scene(const std::string& name) : stage(name), site(stage, kSite, kSite), people(stage, kSite) {
    stage.depops({"trust", "push", people.root_file()});
    stage.depops({"env", "create", kSite, "--tier", "production"});
    stage.apply(canary_documents(stage, {.environments = {kSite}}));
    site.pin(people.root_file());
    site.start_all(0);
    stage.publish("1.0");
    const std::string first = stage.deploy("1.0", kSite);
    people.approve(first, "ana");
    people.approve(first, "ben");
    REQUIRE(ended(first) == "completed");
    site.start_stream(kRequestsPerSecond);
  }

  std::string ended(const std::string& id) {
    const json::Value end = stage.wait_for_end(id, kLong);
    UNSCOPED_INFO(end["reason"].as_string());
    return end["state"].as_string();
  }
  void wait_for_versions(const std::string& wanted) {  // those before drain first
    wait_until("only " + wanted + " runs", kLong, [&] { return versions() == wanted; });
  }
  // Newest first.
  std::vector<json::Value> leaves(const std::string& action) {
    std::vector<json::Value> found;
    const json::Value rows = stage.depops({"audit", "list", "--limit", "0"});
    for (const json::Value& row : rows["items"].items())
      if (row["action"].as_string() == action) found.push_back(row);
    return found;
  }
  std::string versions() {
    std::vector<std::string> all;
    for (const Running& one : site.instances()) all.push_back(one.version);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::string text;
    for (const std::string& version : all) text += (text.empty() ? "" : " ") + version;
    return text;
  }
  // What the site says to it: the code of its refusal.
  std::string refusal_of(const sync::Desired& desired, StolenHub& thief) {
    const std::string cause = "generation " + std::to_string(desired.generation.value());
    thief.publish(thief.sealed(desired));
    std::string reason;
    wait_until("the site refuses " + cause, kLong, [&] {
      for (const json::Value& row : leaves("site.desired_refused"))
        if (row["cause"].as_string() == cause) reason = row["reason"].as_string();
      return !reason.empty();
    });
    INFO(reason);
    CHECK(versions() == "1.0");
    return reason.substr(0, reason.find(':'));
  }

  Stage stage;
  Site site;
  People people;
};

}  // namespace

TEST_CASE("production begins when two people approved, and break-glass opens it loudly") {
  Scene scene("trust");
  scene.stage.publish("1.1");
  const std::string id = scene.stage.deploy("1.1", kSite);
  json::Value waiting = scene.stage.deployment(id);
  CHECK(waiting["state"].as_string() == "waiting");
  CHECK(waiting["waiting"].items().front()["text"].as_string() == "waits for 2 approvals by different people, has 0");
  CHECK(waiting["waiting"].items().front()["who"].as_string().find("ana, ben") == 0);
  scene.people.approve(id, "ana");
  CHECK(scene.stage.deployment(id)["approval"]["approvedBy"].items().size() == 1);
  CHECK(scene.stage.deployment(id)["rollouts"].items().empty());
  CHECK_THROWS_WITH(scene.people.approve(id, "admin"), Catch::Contains("approval-author"));
  scene.people.approve(id, "ben", {"--reason", "seen in staging"});
  CHECK(scene.ended(id) == "completed");
  scene.wait_for_versions("1.1");

  scene.stage.publish("1.2");
  const std::string emergency = scene.stage.deploy("1.2", kSite);
  CHECK_THROWS_WITH(scene.people.approve(emergency, "ana", {"--break-glass", "--reason", "down"}),
                    Catch::Contains("approval-key") || Catch::Contains("break-glass"));
  scene.people.approve(emergency, "dora", {"--break-glass", "--reason", "checkout is down"});
  CHECK(scene.ended(emergency) == "completed");
  wait_until("the site's own word of the emergency arrives", kLong,
             [&] { return !scene.leaves("site.break_glass").empty(); });
  CHECK(scene.leaves("site.break_glass").front()["reason"].as_string().find("dora") != std::string::npos);

  // Back needs nobody, and what everybody signed is there for anybody to check.
  const json::Value back = scene.stage.depops({"rollback", kService, "-e", kSite});
  CHECK(scene.ended(back["id"].as_string()) == "completed");
  scene.wait_for_versions("1.1");
}

namespace {

// 1.1 waits for approvals, and a thief tells the site to begin it.
struct Theft : Scene {
  Theft() : Scene("stolen"), thief(stage, SiteName(kSite)) {
    stage.publish("1.1");
    id = stage.deploy("1.1", kSite);
    deployment = stage.deployment(id);
    plan = deployment["planDigest"].as_string();
    stage.depops({"scale", kService, "-e", kSite, "--replicas", "3"});  // a second generation
  }

  std::string signature(const std::string& person) { return people.sign(deployment, person, plan); }
  sync::Desired signed_by(const std::vector<std::string>& persons) {
    sync::Desired desired = thief.draft(id);
    for (const std::string& person : persons) desired.targets[0].approvals.push_back(signature(person));
    return desired;
  }
  std::string refusal(const sync::Desired& desired) { return refusal_of(desired, thief); }
  std::string refusal_beside_ana(const std::string& envelope) {
    sync::Desired desired = signed_by({"ana"});
    desired.targets[0].approvals.push_back(envelope);
    return refusal(desired);
  }
  template <typename Change>
  std::string refusal_after(const Change& change) {
    sync::Desired desired = signed_by({"ana", "ben"});
    change(desired);
    return refusal(desired);
  }
  // What the site says to bytes of which it can not even know the generation.
  std::string refusal_of_bytes(const std::string& frame) {
    const auto all = [&] { return leaves("site.desired_refused"); };
    const std::size_t before = all().size();
    thief.publish(frame);
    wait_until("the site refuses a frame", kLong, [&] { return all().size() > before; });
    const std::string reason = all().front()["reason"].as_string();
    return reason.substr(0, reason.find(':'));
  }
  std::string altered() {
    std::string frame = thief.sealed(signed_by({"ana", "ben"}));
    frame[frame.size() / 2] = static_cast<char>(frame[frame.size() / 2] ^ 1);
    return frame;
  }
  std::string as_another_kind() {
    return thief.sealed_bytes(wire::kBodyType, wire::encode_desired(signed_by({"ana", "ben"})));
  }

  StolenHub thief;
  std::string id, plan;
  json::Value deployment;
};

}  // namespace

TEST_CASE("A9 to A14, A17, A19: a stolen hub key begins nothing at a site") {
  Theft scene;
  CHECK(scene.refusal(scene.signed_by({})) == "quorum");                         // A12
  CHECK(scene.refusal(scene.signed_by({"ana"})) == "quorum");                    // A12
  CHECK(scene.refusal(scene.signed_by({"ana", "ana"})) == "quorum");             // A13
  CHECK(scene.refusal(scene.signed_by({"ana", "admin"})) == "approval-author");  // A13
  CHECK(scene.refusal(scene.signed_by({"ana", "ruth"})) == "approval-key");      // a key of another role
  const std::string other_plan = "sha256:" + std::string(64, '7');
  CHECK(scene.refusal_beside_ana(scene.people.sign(scene.deployment, "ben", other_plan)) == "approval-subject");
  CHECK(scene.refusal_beside_ana(scene.people.sign(scene.deployment, "ben", scene.plan, "1ms")) == "approval-time");
  const std::string never = "sha256:" + std::string(64, '8');
  CHECK(scene.refusal_after([](auto& it) { it.generation = Generation(1); }) == "rollback");               // A10
  CHECK(scene.refusal_after([](auto& it) { it.site = SiteName("sin-1"); }) == "destination");              // A10
  CHECK(scene.refusal_after([](auto& it) { it.site_epoch = it.site_epoch.next(); }) == "epoch");           // A10
  CHECK(scene.refusal_after([](auto& it) { it.not_after = Instant(Millis(1)); }) == "expired");            // A11
  CHECK(scene.refusal_after([](auto& it) { it.generation = Generation(1ULL << 62); }) == "fast-forward");  // A19
  CHECK(scene.refusal_after([&](auto& it) { it.base = Digest(never); }) == "base");
  CHECK(scene.refusal_of_bytes(scene.altered()) == "signature");  // A9
  CHECK(scene.refusal_after([](auto& it) { it.generation = Generation(2); }) == "equivocation");
  CHECK(scene.refusal_of_bytes(scene.as_another_kind()) == "signature");  // A17
  CHECK(scene.versions() == "1.0");

  // None of it is in the way of what people do approve, nor of an agent that starts again.
  scene.site.stop_agent();
  scene.site.start_agent();
  scene.people.approve(scene.id, "ana");
  scene.people.approve(scene.id, "ben");
  CHECK(scene.ended(scene.id) == "completed");
  scene.wait_for_versions("1.1");
}

TEST_CASE("A14, A18: a newer trust root reaches the site, and a key that it revoked counts no more") {
  Scene scene("rotation");
  scene.stage.depops({"trust", "push", scene.people.root_without_ben()});
  wait_until("the site believes version 2", kLong, [&] { return !scene.leaves("site.trust_root_accepted").empty(); });
  scene.stage.publish("1.1");
  const std::string id = scene.stage.deploy("1.1", kSite);
  CHECK_THROWS_WITH(scene.people.approve(id, "ben"), Catch::Contains("approval-revoked"));
  StolenHub thief(scene.stage, SiteName(kSite));
  const json::Value deployment = scene.stage.deployment(id);
  sync::Desired desired = thief.draft(id);
  for (const char* person : {"ana", "ben"})
    desired.targets[0].approvals.push_back(scene.people.sign(deployment, person, deployment["planDigest"].as_string()));
  CHECK(scene.refusal_of(desired, thief) == "approval-revoked");
  wait_until("the hub knows which trust root the site goes by", kLong, [&] {
    return scene.stage.depops({"get", "sites"})["items"].items().front()["trustVersion"].as_int() == 2;
  });
}

}  // namespace depops::stage
