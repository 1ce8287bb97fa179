#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/kubernetes/manifests/edit.h"
#include "tests/contract/kubernetes_jobs/jobs_world.h"

// What becomes of one run.
namespace depops::test {
namespace {

using Catch::Contains;
using rollout::HookOutcome;
using Does = FakeNode::Does;

}  // namespace

TEST_CASE("a Job that is complete is done, once") {
  JobsWorld world;
  world.pods_will("succeeds", Does::succeeds);
  const auto order = world.order(7, "succeeds");
  world.is_done_once(order);
  const auto job = world.find(order);
  REQUIRE(job);
  CHECK(kube::at(job->body, {"metadata", "annotations", "depops.io/run"}).as_string() == "r-1/2/7");
}

TEST_CASE("a Job that has failed says how its pod ended and what it wrote last, and is tried once") {
  JobsWorld world;
  world.pods_will("fails", Does::fails);
  kubernetes_node().writes(KubernetesWorld::image("fails"), "connecting\nno such table: orders\n");
  const auto order = world.order(7, "fails");
  world.apply({order});
  const auto fact = world.wait_end(order);
  INFO(fact.text);
  CHECK(fact.outcome == HookOutcome::failed);
  CHECK_THAT(fact.text, Contains("Job " + world.name_of(order) + " has failed: run of") && Contains("exit 3") &&
                            Contains("the last it wrote: connecting | no such table: orders"));
  CHECK(world.pods().size() == 1);
}

TEST_CASE("a Job that is not complete within its limit is ended with its pods, and says what held it up") {
  JobsWorld world;
  const bool pulls = GENERATE(true, false);
  world.pods_will("no-image", Does::image_fails);
  const auto order = world.order(7, pulls ? "runs-on" : "no-image", Millis(3'000));
  world.apply({order});
  const auto fact = world.wait_end(order);
  INFO(fact.text);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK_THAT(fact.text, Contains("was not complete within 3 s") && Contains("it was ended"));
  if (!pulls) CHECK_THAT(fact.text, Contains("can not be fetched"));
  CHECK(world.jobs().empty());
  CHECK(world.pods().empty());
}

TEST_CASE("a Job that is not wanted any more is ended with its pods before the next hook of the service begins") {
  JobsWorld world;
  world.pods_will("succeeds", Does::succeeds);
  const auto first = world.order(7, "runs-on");
  world.apply({first});
  REQUIRE(world.runs(first));
  const auto undo = world.order(8, "succeeds");
  world.apply({undo});
  CHECK(world.wait_end(undo).outcome == HookOutcome::done);
  CHECK_FALSE(world.find(first));
  CHECK(world.pods().size() == 1);
}

TEST_CASE("measurements run beside a hook of the service and beside each other") {
  JobsWorld world;
  world.pods_will("succeeds", Does::succeeds);
  const auto hook = world.order(7, "runs-on");
  world.apply({hook});
  REQUIRE(world.runs(hook));
  auto one = world.order(0, "succeeds");
  auto two = one;
  two.key = "r-1/1/1/1/other/1";
  world.apply({hook, one, two});
  CHECK(world.wait_end(one).outcome == HookOutcome::done);
  CHECK(world.wait_end(two).outcome == HookOutcome::done);
  CHECK(world.find(hook));
  CHECK(kube::at(world.find(two)->body, {"metadata", "labels", "depops.io/job"}).as_string() == "measurement");
}

TEST_CASE("what the pods of a Job refer to is there, and goes with the Job") {
  JobsWorld world;
  const auto order = world.order(7, "runs-on");
  world.apply({order});
  REQUIRE(world.runs(order));
  const auto job = world.find(order);
  REQUIRE(job);
  const auto of_job = [&](const kube::Object& map) {
    const auto& owners = map.body["metadata"]["ownerReferences"].items();
    return !owners.empty() && owners.front()["uid"].as_string() == job->meta.uid.str();
  };
  REQUIRE(world.comes([&] {
    const auto maps = world.cluster.all(kConfigMapKind);
    return std::ranges::count_if(maps, of_job) == 1;
  }));
  world.apply({});
  CHECK(world.comes([&] {
    const auto maps = world.cluster.all(kConfigMapKind);
    return !world.find(order) && std::ranges::none_of(maps, of_job);
  }));
}

TEST_CASE("what the site's policy does not allow is refused, and nothing is made") {
  JobsWorld world;
  const auto order = world.order(7, "succeeds");
  std::string text = world.job("succeeds");
  text.insert(text.find("    spec:\n") + 10, "      hostNetwork: true\n");
  world.write_job(order, text);
  world.apply({order});
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK_THAT(fact.text, Contains("jobs/run.yaml:1: Job run: spec.template.spec.hostNetwork") &&
                            Contains("runtime.kubernetes.allow"));
  CHECK(world.jobs().empty());
}

TEST_CASE("what the server does not take is said in its words") {
  JobsWorld world;
  if (!kubernetes_server().is_real()) return;  // the fake one takes everything
  const auto order = world.order(7, "succeeds");
  std::string text = world.job("succeeds");
  text.replace(text.find("Never"), 5, "Always");
  world.write_job(order, text);
  world.apply({order});
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK_THAT(fact.text, Contains("can not be made") && Contains("restartPolicy"));
}

TEST_CASE("a file that is not in the artifact is said") {
  JobsWorld world;
  auto order = world.order(7, "succeeds");
  order.call = rollout::HookJob{"jobs/none.yaml"};
  world.apply({order});
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK_THAT(fact.text, Contains("the artifact holds no jobs/none.yaml"));
}

}  // namespace depops::test
