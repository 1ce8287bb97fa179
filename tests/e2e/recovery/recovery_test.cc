#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/recovery/scene.h"
#include "tests/e2e/stage/documents.h"
#include "tests/e2e/trust/people.h"

namespace depops::stage {
namespace {

void check_nothing_new_is_signed(RecoveryScene& scene, std::size_t mark, const std::string& site, std::uint64_t known) {
  for (const std::uint64_t generation : scene.signed_since(mark, site)) CHECK(generation <= known);
}

std::uint64_t signed_generation(RecoveryScene& scene, const std::string& site) {
  const json::Value row = scene.stage.depops({"get", "site", site});
  return row["generation"]["signed"].as_uint();
}

std::string state_of(RecoveryScene& scene, const std::string& id) {
  return scene.stage.deployment(id)["state"].as_string();
}

}  // namespace

TEST_CASE("F30 a hub put back from a backup is noticed, signs nothing new, and goes on where its sites are",
          "[.][turn2]") {
  RecoveryScene scene("restored", {"osl-1", "sin-1"});
  for (const char* version : {"1.1", "1.2", "1.3"}) scene.stage.publish(version);
  const std::uint64_t known = signed_generation(scene, "osl-1");
  scene.back_up();
  scene.deploy("1.1", "osl-1");
  scene.deploy("1.2", "osl-1");
  scene.deploy("1.1", "sin-1");
  const std::uint64_t held = scene.generation("osl-1");
  REQUIRE(held > known);
  scene.site("sin-1").stop_agent();

  const std::size_t mark = scene.mark();
  scene.put_back();
  scene.wait_for_state("recovery");
  const json::Value seen = scene.hub();
  CHECK(seen["recoveries"].items().back()["site"].as_string() == "osl-1");
  CHECK(seen["sitesSetAside"].items().front()["site"].as_string() == "osl-1");
  CHECK(seen["remedy"].as_string().find("depops hub recover") != std::string::npos);
  CHECK(scene.refused({"deploy", kService, "1.3", "-e", "osl-1"}).find("lost memory") != std::string::npos);
  check_nothing_new_is_signed(scene, mark, "osl-1", known);

  scene.stage.depops({"hub", "recover", "--reason", "the disk of the hub was replaced"});
  wait_until("osl-1 is signed for again", kLong, [&] { return scene.generation("osl-1") > held; });
  wait_until("d-4 is known by what osl-1 told again", kLong, [&] { return state_of(scene, "d-4") == "completed"; });
  CHECK(scene.hub()["state"].as_string() == "ok");
  CHECK(scene.hub()["epoch"].as_uint() == 2);
  CHECK(scene.leaves("hub.recovered").size() == 1);

  scene.site("sin-1").start_agent();
  wait_until("sin-1 brings what it was told", kLong, [&] { return scene.leaves("site.adopted").size() == 2; });
  CHECK(scene.hub()["state"].as_string() == "ok");  // nobody is asked a second time
  scene.deploy("1.3", "osl-1");
  scene.deploy("1.3", "sin-1");
  for (const char* site : {"osl-1", "sin-1"}) scene.check_once(site);
}

namespace {

// A production site that begins nothing that two people did not approve.
struct PinnedScene : RecoveryScene {
  PinnedScene() : RecoveryScene("pinned", {}), people(stage, "fra-1"), fra(stage, "fra-1", "fra-1") {
    stage.depops({"trust", "push", people.root_file()});
    stage.depops({"env", "create", "fra-1", "--tier", "production"});
    stage.apply(canary_documents(stage, {.environments = {"fra-1"}}));
    for (const char* version : {"1.0", "1.1", "1.2"}) stage.publish(version);
    fra.pin(people.root_file());
    fra.start_all(0);
    approved("1.0");
    fra.start_stream(150);
  }
  void approved(const std::string& version) {
    const std::string id = stage.deploy(version, "fra-1");
    for (const char* person : {"ana", "ben"}) people.approve(id, person);
    const json::Value end = stage.wait_for_end(id, kLong);
    INFO(version << ": " << end["reason"].as_string());
    REQUIRE(end["state"].as_string() == "completed");
  }
  std::uint64_t held() { return fra.view()["generation"].as_uint(); }

  People people;
  Site fra;
};

}  // namespace

TEST_CASE("F30 a site with a pinned trust root takes what the recovered hub signs, and its approvals are recovered") {
  PinnedScene scene;
  scene.back_up();
  scene.approved("1.1");
  const std::uint64_t held = scene.held();
  scene.put_back();
  scene.wait_for_state("recovery");
  scene.stage.depops({"hub", "recover", "--reason", "restored"});
  wait_until("the site takes a document of the recovered hub", kLong, [&] { return scene.held() > held; });
  wait_until("d-2 is known again", kLong, [&] { return state_of(scene, "d-2") == "completed"; });
  scene.approved("1.2");
  // What the hub remembered of yesterday, it said again: the site took none of it.
  for (const json::Value& row : scene.leaves("site.desired_refused"))
    CHECK(row["reason"].as_string().starts_with("rollback: generation 1 is older"));
}

}  // namespace depops::stage
