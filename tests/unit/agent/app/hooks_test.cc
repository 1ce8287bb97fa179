#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"

// What an agent does about a hook that ran when it was built again.
namespace depops::agent {
namespace {

const Moment kNow{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};
const ServiceName kService("checkout");
const Digest kArtifact("sha256:2");

std::shared_ptr<rollout::VersionSnapshot> version(const std::string& number) {
  auto made = std::make_shared<rollout::VersionSnapshot>();
  made->service = kService;
  made->label = VersionLabel("1." + number);
  made->set = SetId("checkout-" + number);
  made->workload.replicas = 1;
  return made;
}

struct Reborn {
  explicit Reborn(bool idempotent, rollout::HookCall call = rollout::HookCommand{{"/opt/migrate"}}, bool jobs = false,
                  rollout::Phase phase = rollout::Phase::hooking) {
    auto plan = std::make_shared<rollout::Plan>();
    plan->service = kService;
    plan->environment = EnvironmentName("production");
    plan->target = *version("2");
    plan->target.artifact = kArtifact;
    rollout::Hook hook{"migrate", std::move(call), Millis(60'000), idempotent, 0, {}};
    plan->strategy = rollout::Canary{{std::move(hook)}};
    auto record = std::make_shared<rollout::Record>();
    record->service = kService;
    record->stable = version("1");
    record->stable_replicas = 1;
    record->rollout = RolloutId("d-1.fra-1");
    record->epoch = Generation(1);
    record->plan = plan;
    record->state = rollout::State::running;
    record->phase = phase;
    record->entered = record->progress.at = Stamp::of(kNow);
    record->last_intent = 9;
    if (phase == rollout::Phase::hooking)
      record->hooks = {{0, 1, {rollout::HookState::running, 9, 1, Stamp::of(kNow)}, {}, {}}};
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.records.push_back(std::move(record));
    Settings settings;
    settings.site = SiteName("fra-1");
    settings.jobs = jobs;
    agent.emplace(settings, std::move(loaded), kNow);
  }
  Output give(const Input& input) { return agent->step(input, kNow); }
  // The first look at the world.
  Output look() {
    give(RuntimeFacts{});
    return give(RouterFacts{});
  }

  std::optional<Agent> agent;
};

std::vector<HookOrders> orders_in(const Output& output) {
  std::vector<HookOrders> found;
  for (const Effect& effect : output.effects) {
    if (const auto* apply = std::get_if<ApplyHooks>(&effect)) found.push_back(apply->orders);
  }
  return found;
}

bool is_paused(const Output& output) {
  return !output.batch.records.empty() && !output.batch.records.back()->pauses.empty();
}

}  // namespace

TEST_CASE("an idempotent hook that was lost with the agent is ordered again, with its key and what it is about") {
  Reborn world(true);
  const Output first = world.look();
  CHECK_FALSE(is_paused(first));
  const auto orders = orders_in(first);
  REQUIRE(orders.size() == 1);
  REQUIRE(orders[0].hooks.size() == 1);
  const HookOrder& order = orders[0].hooks[0];
  CHECK(order.order == 9);
  CHECK(order.key == "d-1.fra-1/0/1");
  CHECK(order.timeout == Millis(60'000));
  const std::vector<std::pair<std::string, std::string>> about = {
      {"service", "checkout"}, {"version", "1.2"},       {"environment", "production"},
      {"site", "fra-1"},       {"rollout", "d-1.fra-1"}, {"step", "0"},
      {"hook", "migrate"}};
  CHECK(order.about == about);
  CHECK(orders_in(world.give(Tick{})).empty());
}

TEST_CASE("any other hook that was lost with the agent is not ordered again: a person decides") {
  Reborn world(false);
  const Output first = world.look();
  CHECK(is_paused(first));
  CHECK(orders_in(first).empty());
}

TEST_CASE("a hook that runs on while the agent is built again is not lost") {
  Reborn world(false);
  world.give(HookFacts{{{kService, {9, rollout::HookOutcome::running, {}}}}});
  const Output first = world.look();
  CHECK_FALSE(is_paused(first));
  const auto orders = orders_in(first);
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].hooks.size() == 1);
}

TEST_CASE("what runs and is not wanted any more is ended by the first orders of an agent that was built again") {
  Reborn world(false);
  world.give(HookFacts{{{kService, {8, rollout::HookOutcome::running, {}}}}});
  const auto orders = orders_in(world.look());
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].hooks.empty());
}

TEST_CASE("a Job that was lost with the agent is ordered again with the version that brings it, and nobody is asked") {
  Reborn world(false, rollout::HookJob{"jobs/migrate.yaml"}, true);
  const Output first = world.look();
  CHECK_FALSE(is_paused(first));
  const auto orders = orders_in(first);
  REQUIRE(orders.size() == 1);
  REQUIRE(orders[0].hooks.size() == 1);
  CHECK(orders[0].hooks[0].order == 9);
  REQUIRE(orders[0].hooks[0].version);
  CHECK(orders[0].hooks[0].version->set == SetId("checkout-2"));
}

TEST_CASE(
    "before a rollout begins its Jobs are shown to the site, as soon as its artifact is there, and refused in time") {
  Reborn world(false, rollout::HookJob{"jobs/migrate.yaml"}, true, rollout::Phase::preflight);
  for (const HookOrders& orders : orders_in(world.look())) CHECK(orders.hooks.empty());
  ArtifactFacts artifact;
  artifact.digest = kArtifact;
  artifact.present = true;
  const auto orders = orders_in(world.give(artifact));
  REQUIRE(orders.size() == 1);
  REQUIRE(orders[0].hooks.size() == 1);
  const HookOrder& order = orders[0].hooks[0];
  CHECK(order.order == 0);
  CHECK(order.key == "d-1.fra-1/rehearsal/1");
  REQUIRE(std::holds_alternative<JobRehearsal>(order.call));
  CHECK(std::get<JobRehearsal>(order.call).jobs.at(0).job.manifest == "jobs/migrate.yaml");
  REQUIRE(order.version);
  CHECK(order.version->set == SetId("checkout-2"));
  CHECK(orders_in(world.give(Tick{})).empty());
  const rollout::HookFact refused{0, rollout::HookOutcome::no_end, "step 1: hook migrate: no such file", order.key};
  const Output last = world.give(HookFacts{{{kService, refused}}});
  REQUIRE(!last.batch.records.empty());
  CHECK(last.batch.records.back()->state == rollout::State::aborted);
  CHECK(last.batch.records.back()->reason == refused.text);
  REQUIRE(orders_in(last).size() == 1);
  CHECK(orders_in(last)[0].hooks.empty());
}

TEST_CASE("where Jobs can be run the first orders are given though nothing is wanted: what outlived an agent ends") {
  Reborn world(false, rollout::HookCommand{{"/opt/migrate"}}, true);
  const auto orders = orders_in(world.look());
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].hooks.empty());
  CHECK(orders_in(world.give(Tick{})).empty());
}

}  // namespace depops::agent
