#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/kubernetes/manifests/edit.h"
#include "tests/contract/kubernetes_jobs/jobs_world.h"

// Jobs that are shown to the cluster before a rollout begins.
namespace depops::test {
namespace {

using Catch::Contains;
using rollout::HookOutcome;

// Nothing of the agent's is in the cluster.
bool is_empty(JobsWorld& world) {
  const auto maps = world.cluster.all(kConfigMapKind);
  const auto is_ours = [](const kube::Object& map) {
    return !kube::at(map.body, {"metadata", "labels", "depops.io/site"}).is_null();
  };
  return world.jobs().empty() && world.pods().empty() && std::ranges::none_of(maps, is_ours);
}

std::string refusal(JobsWorld& world, const agent::HookOrder& order) {
  world.apply({order});
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK(is_empty(world));
  return fact.text;
}

}  // namespace

TEST_CASE(
    "Jobs that the cluster would take are said to be well, and nothing comes to be, however often they are shown") {
  JobsWorld world;
  const auto order = world.rehearsal();
  world.apply({order});
  const auto fact = world.wait_end(order);
  INFO(fact.text);
  CHECK(fact.outcome == HookOutcome::done);
  CHECK(is_empty(world));
  world.restart_agent();
  world.apply({order});
  CHECK(world.wait_end(order).outcome == HookOutcome::done);
  CHECK(is_empty(world));
}

TEST_CASE("a Job that was shown runs afterwards as if it had not been") {
  JobsWorld world;
  world.pods_will("succeeds", FakeNode::Does::succeeds);
  const auto shown = world.rehearsal();
  world.apply({shown});
  REQUIRE(world.wait_end(shown).outcome == HookOutcome::done);
  world.is_done_once(world.order(7, "succeeds"));
}

TEST_CASE("a Job whose file is not in the artifact is found when it is shown") {
  JobsWorld world;
  CHECK_THAT(refusal(world, world.rehearsal("jobs/none.yaml")),
             Contains("step 3: hook migrate: the artifact holds no jobs/none.yaml"));
}

TEST_CASE("a Job that can not be read or holds something else is found when it is shown, with place and remedy") {
  JobsWorld world;
  const auto order = world.rehearsal();
  const auto [text, words] = GENERATE(table<std::string, std::string>(
      {{"apiVersion: batch/v1\nkind: Job\nmetadata: {name: [\n", "jobs/run.yaml:"},
       {"# nothing\n", "holds no Job"},
       {"apiVersion: v1\nkind: Pod\nmetadata: {name: run}\n", "jobs/run.yaml:1: Pod run"}}));
  world.write_job(order, text);
  CHECK_THAT(refusal(world, order), Contains("step 3: hook migrate: ") && Contains(words));
}

TEST_CASE("a Job that the site's policy does not allow is found when it is shown") {
  JobsWorld world;
  const auto order = world.rehearsal();
  std::string text = world.job("runs-on");
  text.insert(text.find("    spec:\n") + 10, "      hostNetwork: true\n");
  world.write_job(order, text);
  CHECK_THAT(refusal(world, order),
             Contains("step 3: hook migrate: jobs/run.yaml:1: Job run: spec.template.spec.hostNetwork") &&
                 Contains("runtime.kubernetes.allow"));
}

TEST_CASE("a Job that the server does not take is found when it is shown, in the server's words") {
  JobsWorld world;
  if (!kubernetes_server().is_real()) return;  // the fake one takes everything
  const auto order = world.rehearsal();
  std::string text = world.job("runs-on");
  text.replace(text.find("Never"), 5, "Always");
  world.write_job(order, text);
  CHECK_THAT(refusal(world, order), Contains("the cluster does not take the Job of jobs/run.yaml") &&
                                        Contains("restartPolicy") && Contains("correct the file"));
}

}  // namespace depops::test
