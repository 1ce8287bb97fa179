#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"

// What the runtime is told of the height of a rollout, in which it finds out whether there is room.
namespace depops::agent {
namespace {

const Moment kAscent{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};
const SetId kClimber("checkout-2");

rollout::VersionSnapshot version_at(const std::string& set, std::uint32_t replicas) {
  rollout::VersionSnapshot made;
  made.service = ServiceName("checkout");
  made.set = SetId(set);
  made.workload.replicas = replicas;
  made.workload.drain = Millis(0);
  return made;
}

// checkout-2 is under way beside checkout-1.
struct Ascent {
  Ascent(rollout::Phase phase, std::uint32_t replicas) {
    auto plan = std::make_shared<rollout::Plan>();
    plan->service = ServiceName("checkout");
    plan->target = version_at(kClimber.str(), replicas);
    plan->strategy = rollout::Canary{{rollout::SetWeight{25}, rollout::Pause{}}};
    auto record = std::make_shared<rollout::Record>();
    record->service = plan->service;
    record->stable = std::make_shared<const rollout::VersionSnapshot>(version_at("checkout-1", replicas));
    record->stable_replicas = replicas;
    record->rollout = RolloutId("d-1.fra-1");
    record->epoch = Generation(1);
    record->plan = plan;
    record->state = rollout::State::running;
    record->phase = phase;
    record->step = 1;
    record->entered = record->progress.at = Stamp::of(kAscent);
    record->target_replicas = 1;
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.records.push_back(std::move(record));
    Settings settings;
    settings.site = SiteName("fra-1");
    settings.router.weights = true;
    agent.emplace(settings, std::move(loaded), kAscent);
    give(RuntimeFacts{});
    give(RouterFacts{});
  }

  void give(const Input& input) {
    for (const Effect& effect : agent->step(input, kAscent).effects) {
      if (const auto* apply = std::get_if<ApplyRuntime>(&effect)) orders = apply->orders;
    }
  }
  void scale(std::uint32_t replicas) {
    LocalVerb verb;
    verb.command.id = CommandId("local-1");
    verb.command.verb = rollout::Verb::scale;
    verb.command.actor = Actor("local:ana");
    verb.command.replicas = replicas;
    give(verb);
  }
  // All of checkout-2 serves.
  void whole() {
    RuntimeFacts facts;
    facts.applied_seq = orders.seq;
    SetFacts set;
    set.set = kClimber;
    set.desired = set.running = set.ready = 1;
    facts.sets = {set};
    facts.endpoints = {{EndpointId("checkout-2.1"), kClimber, "127.0.0.1", 21'000, EndpointState::ready, kAscent.wall}};
    give(facts);
  }
  SetOrder order() const {
    const auto found =
        std::ranges::find_if(orders.sets, [](const SetOrder& one) { return one.snapshot.set == kClimber; });
    return found == orders.sets.end() ? SetOrder() : *found;
  }

  std::optional<Agent> agent;
  RuntimeOrders orders;
};

}  // namespace

TEST_CASE("a service that is made smaller has a smaller height: what there was no room for may have it now") {
  Ascent site(rollout::Phase::holding, 4);
  CHECK(site.order().height == 4);
  CHECK(site.order().dip == rollout::Dip{4, 4});
  site.scale(2);
  CHECK(site.order().height == 2);
  CHECK(site.order().dip == rollout::Dip{2, 2});
}

TEST_CASE("a version that has become stable has no height any more: going back to it is never asked about") {
  Ascent site(rollout::Phase::draining, 1);
  CHECK(site.order().height == 1);
  site.whole();
  REQUIRE(site.orders.at_rest.size() == 1);
  CHECK(site.order().replicas == 1);
  CHECK(site.order().height == 0);
  CHECK_FALSE(site.order().dip.has_value());
}

}  // namespace depops::agent
