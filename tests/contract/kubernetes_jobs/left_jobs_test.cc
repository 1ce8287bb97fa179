#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/kubernetes/manifests/edit.h"
#include "tests/contract/kubernetes_jobs/jobs_world.h"

// Jobs and those who did not make them: an agent that comes later, and people.
namespace depops::test {
namespace {

using Catch::Contains;
using rollout::HookOutcome;
using Does = FakeNode::Does;

}  // namespace

TEST_CASE("an agent that ends in the middle of a Job leaves it, and the next one waits for the same one") {
  JobsWorld world;
  world.pods_will("slow", Does::well);
  const auto order = world.order(7, "slow");
  world.apply({order});
  REQUIRE(world.runs(order));
  const auto before = world.find(order);
  REQUIRE(before);
  world.restart_agent();
  world.apply({order});
  world.pods_will("slow", Does::succeeds);
  CHECK(world.wait_end(order).outcome == HookOutcome::done);
  REQUIRE(world.jobs().size() == 1);
  CHECK(world.jobs().front().meta.uid == before->meta.uid);
  CHECK(world.pods().size() == 1);
}

TEST_CASE("a Job that ended while no agent was there has its outcome, and is not begun again") {
  JobsWorld world;
  world.pods_will("meanwhile", Does::well);
  const auto order = world.order(7, "meanwhile");
  world.apply({order});
  REQUIRE(world.runs(order));
  world.stop_agent();
  world.pods_will("meanwhile", Does::fails);
  REQUIRE(world.comes([&] { return !world.find(order)->body["status"]["conditions"].items().empty(); }));
  world.start_agent();
  world.apply({order});
  CHECK(world.wait_end(order).outcome == HookOutcome::failed);
  CHECK(world.pods().size() == 1);
}

TEST_CASE("a Job that is wanted no more when an agent comes back is ended by its first orders") {
  JobsWorld world;
  const auto order = world.order(7, "runs-on");
  world.apply({order});
  REQUIRE(world.runs(order));
  world.restart_agent();
  world.apply({});
  CHECK(world.comes([&] { return world.jobs().empty() && world.pods().empty(); }));
}

TEST_CASE("of Jobs that have ended the newest three of the service stay") {
  JobsWorld world;
  world.pods_will("succeeds", Does::succeeds);
  for (std::uint64_t number = 1; number <= 5; ++number) {
    const auto order = world.order(number, "succeeds");
    world.apply({order});
    REQUIRE(world.wait_end(order).outcome == HookOutcome::done);
  }
  world.apply({});
  REQUIRE(world.comes([&] { return world.jobs().size() == 3; }));
}

TEST_CASE("a Job that somebody removes before its end was seen is not known, and is not made again, also later") {
  JobsWorld world;
  const auto order = world.order(7, "runs-on");
  world.apply({order});
  REQUIRE(world.runs(order));
  const bool while_it_looks = GENERATE(true, false);
  if (!while_it_looks) world.stop_agent();
  const auto job = world.find(order);
  REQUIRE(job);
  world.remove(*job);
  if (!while_it_looks) {
    REQUIRE(world.comes([&] { return world.jobs().empty(); }));
    world.start_agent();
    world.apply({order});
  }
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::unknown);
  CHECK_THAT(fact.text, Contains("was removed by somebody"));
  CHECK(world.jobs().empty());
}

TEST_CASE("a Job of somebody else under the name is neither waited for nor touched, and that is said") {
  JobsWorld world;
  const auto order = world.order(7, "succeeds");
  auto read = kube::read_manifests(world.job("runs-on"), "other.yaml");
  REQUIRE(read.ok());
  const json::Value other = kube::with(read->front().body, {"metadata", "name"}, world.name_of(order));
  REQUIRE(world.cluster.admin().create(kJobKind, world.cluster.space(), other).ok());
  world.apply({order});
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK_THAT(fact.text, Contains("is there already and is not this run's") && Contains("removes it"));
  world.apply({});
  world.restart_agent();
  world.apply({});
  CHECK(world.jobs().size() == 1);
}

TEST_CASE("a Job of another site in the namespace stays") {
  JobsWorld world;
  const auto order = world.order(7, "runs-on");
  world.apply({order});
  REQUIRE(world.runs(order));
  world.stop_agent();
  world.settings.site = SiteName("fra-2");
  world.start_agent();
  world.pods_will("succeeds", Does::succeeds);
  auto own = world.order(8, "succeeds");
  world.apply({own});
  CHECK(world.wait_end(own).outcome == HookOutcome::done);
  world.apply({});
  CHECK(world.jobs().size() == 2);
}

}  // namespace depops::test
