#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"

// r6-17: engines that acted on what they had read before their own last write.
namespace depops::agent::r6_stale_reading {
namespace {

const Moment kStaleNow{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};
const SetId kSet("checkout-1");
const EndpointId kEndpoint("checkout-1.1");

// A first deployment of one instance that is ordered and has no request yet.
struct Promoting {
  Promoting() {
    auto plan = std::make_shared<rollout::Plan>();
    plan->service = ServiceName("checkout");
    plan->target.service = plan->service;
    plan->target.set = kSet;
    plan->target.workload.replicas = 1;
    auto first = std::make_shared<rollout::Record>();
    first->service = plan->service;
    first->rollout = RolloutId("d-1.fra-1");
    first->epoch = Generation(1);
    first->plan = plan;
    first->state = rollout::State::running;
    first->phase = rollout::Phase::promoting;
    first->strategy_skipped = true;
    first->target_replicas = 1;
    first->entered = first->progress.at = Stamp::of(kStaleNow);
    Settings settings;
    settings.site = SiteName("fra-1");
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.records.push_back(first);
    record = first;
    agent.emplace(settings, std::move(loaded), kStaleNow);
    give(RuntimeFacts{});
    RouterFacts found;
    found.reachable = true;
    give(found);
  }

  void give(const Input& input) {
    const Output output = agent->step(input, kStaleNow);
    if (!output.batch.records.empty()) record = output.batch.records.back();
    for (const Effect& effect : output.effects) {
      if (const auto* runtime = std::get_if<ApplyRuntime>(&effect)) runtime_seq = runtime->orders.seq;
      if (const auto* router = std::get_if<ApplyRouter>(&effect)) router_seq = router->orders.seq;
    }
  }

  void give_runtime(std::uint64_t seq) {
    RuntimeFacts facts;
    facts.applied_seq = seq;
    SetFacts set;
    set.set = kSet;
    set.desired = set.running = set.ready = 1;
    facts.sets = {set};
    facts.endpoints = {{kEndpoint, kSet, "127.0.0.1", 21'000, EndpointState::ready, kStaleNow.wall}};
    give(facts);
  }

  void give_router(std::uint64_t seq) {
    RouterFacts facts;
    facts.applied_seq = seq;
    facts.reachable = true;
    facts.at = kStaleNow.wall;
    ServiceTraffic traffic;
    traffic.service = ServiceName("checkout");
    traffic.shares = {{kSet, 100}};
    traffic.endpoints = {{kEndpoint, kSet, true, false, 256, 0}};
    facts.services = {traffic};
    give(facts);
  }

  std::optional<Agent> agent;
  std::shared_ptr<const rollout::Record> record;
  std::uint64_t runtime_seq = 0;
  std::uint64_t router_seq = 0;
};

}  // namespace

TEST_CASE("r6-17 what was read before the newest own orders is not acted on") {
  Promoting site;
  REQUIRE(site.runtime_seq > 0);
  site.give_router(site.router_seq);
  site.give_runtime(site.runtime_seq - 1);
  CHECK(site.record->weight.percent == 0);
  site.give_runtime(site.runtime_seq);
  CHECK(site.record->weight.percent == 0);  // the router was told of the instance since it was read
  site.give_router(site.router_seq);
  REQUIRE(site.record->weight.percent == 100);
  const std::uint64_t ordered = site.router_seq;
  CHECK(site.record->weight.verified_level == 0);
  site.give_router(ordered - 1);
  CHECK(site.record->weight.verified_level == 0);
  site.give_router(ordered);
  CHECK(site.record->weight.verified_level >= 2);
}

}  // namespace depops::agent::r6_stale_reading
