#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/kubernetes_jobs/jobs_world.h"
#include "tests/contract/runtime/kubernetes_fake.h"

// What goes wrong between a run and the cluster: it is begun once all the same, or not known to be.
namespace depops::test {
namespace {

using Catch::Contains;
using rollout::HookOutcome;
using What = Fault::What;

constexpr const char* kMakes = "/jobs?";
constexpr const char* kOne = "/jobs/";

struct Pardoned {
  Pardoned() { (void)fake_kubernetes().requests(); }
  ~Pardoned() { fake_kubernetes().forgive(); }
};

Fault says(const char* method, const char* path, int code, const std::string& body = "") {
  return {What::answer, method, code, "", body, path};
}

agent::HookOrder one_that_succeeds(JobsWorld& world) {
  world.pods_will("succeeds", FakeNode::Does::succeeds);
  return world.order(7, "succeeds");
}

std::string refusal(const std::string& reason) {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":")" + reason + R"(","message":"no"})";
}

}  // namespace

TEST_CASE("no answer to the making of a Job, before the effect or after it: made once") {
  const Pardoned pardoned;
  JobsWorld world;
  const auto order = one_that_succeeds(world);
  const What what = GENERATE(What::break_off, What::break_off_after_effect);
  fake_kubernetes().will({what, "POST", 0, "", "", kMakes});
  world.is_done_once(order);
}

TEST_CASE("429 and 500: the Job is made when the server has time for it") {
  const Pardoned pardoned;
  JobsWorld world;
  const auto order = one_that_succeeds(world);
  fake_kubernetes().will({What::answer, "POST", 429, "1", "", kMakes});
  fake_kubernetes().will(says("POST", kMakes, 500), 2);
  fake_kubernetes().will(says("GET", kOne, 500), 2);
  world.is_done_once(order);
}

TEST_CASE("403 and 422: the Job is not made, and the server's words are told") {
  const Pardoned pardoned;
  JobsWorld world;
  const auto order = one_that_succeeds(world);
  const auto [code, reason] = GENERATE(std::pair(403, "Forbidden"), std::pair(422, "Invalid"));
  fake_kubernetes().will(says("POST", kMakes, code, refusal(reason)));
  world.apply({order});
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK_THAT(fact.text, Contains("can not be made"));
  CHECK(world.jobs().empty());
}

TEST_CASE("a server that does not answer until after the limit leaves it unknown, and what it made is ended later") {
  const Pardoned pardoned;
  JobsWorld world;
  world.stop_agent();
  world.settings.errand.beyond_limit = Millis(500);
  world.settings.janitor.retry = Millis(100);
  world.start_agent();
  const auto order = world.order(7, "runs-on", Millis(1'500));
  world.apply({order});
  REQUIRE(world.runs(order));
  fake_kubernetes().will(says("GET", kOne, 503), 500);
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::unknown);
  CHECK_THAT(fact.text, Contains("is not known to have ended within 2 s"));
  fake_kubernetes().forgive();
  world.apply({});
  CHECK(world.comes([&] { return world.jobs().empty(); }));
}

TEST_CASE("no answer to the removal of a Job that is not wanted: it is removed all the same") {
  const Pardoned pardoned;
  JobsWorld world;
  const auto order = world.order(7, "runs-on");
  world.apply({order});
  REQUIRE(world.runs(order));
  fake_kubernetes().will({What::break_off, "DELETE", 0, "", "", kOne});
  fake_kubernetes().will(says("DELETE", kOne, 500), 2);
  world.apply({});
  CHECK(world.comes([&] { return world.jobs().empty() && world.pods().empty(); }));
}

TEST_CASE("403 and 422 to a Job that is shown: the server's words are told, and nothing is tried again") {
  const Pardoned pardoned;
  JobsWorld world;
  const auto order = world.rehearsal();
  const auto [code, reason] = GENERATE(std::pair(403, "Forbidden"), std::pair(422, "Invalid"));
  fake_kubernetes().will(says("POST", kMakes, code, refusal(reason)));
  world.apply({order});
  const auto fact = world.wait_end(order);
  CHECK(fact.outcome == HookOutcome::no_end);
  CHECK_THAT(fact.text, Contains("step 3: hook migrate: the cluster does not take the Job of jobs/run.yaml"));
  CHECK(world.jobs().empty());
}

TEST_CASE("a server that does not answer to Jobs that are shown is asked until it does, and what it lacks is told") {
  const Pardoned pardoned;
  JobsWorld world;
  const auto order = world.rehearsal();
  fake_kubernetes().will(says("POST", kMakes, 503), 500);
  world.apply({order});
  REQUIRE(world.comes([&] { return !world.fact_of(order).text.empty(); }));
  CHECK(world.fact_of(order).outcome == HookOutcome::running);
  CHECK_THAT(world.fact_of(order).text, Contains("create jobs.batch"));
  fake_kubernetes().forgive();
  CHECK(world.wait_end(order).outcome == HookOutcome::done);
  CHECK(world.jobs().empty());
}

TEST_CASE("a rehearsal that is not wanted any more ends at once, also while no server answers") {
  const Pardoned pardoned;
  JobsWorld world;
  const auto order = world.rehearsal();
  fake_kubernetes().will(says("POST", kMakes, 503), 500);
  world.apply({order});
  REQUIRE(world.comes([&] { return !world.fact_of(order).text.empty(); }));
  world.apply({});
  CHECK(world.comes([&] { return world.fact_of(order).text.empty(); }));
}

TEST_CASE("nothing is asked while nothing is ordered, and once when an agent begins") {
  const Pardoned pardoned;
  JobsWorld world;
  world.apply({});
  const auto asked = [](const std::string& request) { return request.find("/jobs") != std::string::npos; };
  std::size_t count = 0;
  REQUIRE(world.comes([&] {
    const auto requests = fake_kubernetes().requests();
    count += static_cast<std::size_t>(std::ranges::count_if(requests, asked));
    return count > 0;
  }));
  for (int i = 0; i < 5; ++i) kubernetes_node().settle();
  const auto requests = fake_kubernetes().requests();
  CHECK(std::ranges::none_of(requests, asked));
  CHECK(count == 1);
}

}  // namespace depops::test
