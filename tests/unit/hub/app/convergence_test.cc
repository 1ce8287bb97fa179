#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/unit/hub/app/bench.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;

namespace {

// Sites that work by themselves over a wire that loses, repeats and reorders, and a hub that crashes and whose commits
// fail.
class Storm {
 public:
  explicit Storm(std::uint32_t seed) : random_(seed) {
    bench.set_up(static_cast<rollout::RollbackScope>(seed % 3));
    REQUIRE(bench.ask(start("staging")).ok);
    deliver(bench, all());
    stg.report("d-1.stg-1", State::completed);
    stg.exchange();
    REQUIRE(bench.ask(start("production")).ok);
  }

  Bench bench;
  ToySite stg{bench, "stg-1"};
  ToySite fra{bench, "fra-1"};
  ToySite sin1{bench, "sin-1"};
  ToySite sin2{bench, "sin-2"};

  void step() {
    bench.pass(Millis{500});
    ToySite& site = *all()[1 + pick(3)];
    switch (pick(6)) {
      case 0:
        work(site);
        break;
      case 1:
        send(site);
        break;
      case 2:
        receive();
        break;
      case 3:
        receive();
        break;
      case 4:
        if (pick(8) == 0) bench.restart();
        break;
      default:
        if (pick(8) == 0) bench.store.fail_commits(1);
        hear(pick(4) != 0);
    }
    check();
  }

  // Nothing is lost any more.
  void settle() {
    bench.store.fail_commits(0);
    wire_.clear();
    for (int round = 0; round < 60; ++round) {
      for (ToySite* site : all()) {
        const std::uint64_t held = site->held() ? site->held()->generation.value() : 0;
        bench.give(site->frame(sync::Hello{Generation(held), HubEpoch(1), {}, ""}));
        deliver(bench, all());
        work(*site);
        site->exchange();
      }
      deliver(bench, all());
    }
    check();
  }

  std::vector<ToySite*> all() { return {&stg, &fra, &sin1, &sin2}; }

 private:
  static hub::StartDeployment start(const char* environment) {
    return {ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName(environment), {}, "", ""};
  }
  std::uint32_t pick(std::uint32_t of) { return static_cast<std::uint32_t>(random_() % of); }

  // The site's rollout takes its next state; it decides its own fate.
  void work(ToySite& site) {
    if (!site.held()) return;
    for (const sync::Target& target : site.held()->targets) {
      State& state = states_.emplace(target.rollout, State::pending).first->second;
      if (rollout::is_ended(state)) continue;
      const bool told = !target.commands.empty();
      const State next = state == State::pending ? State::running
                         : told || pick(6) == 0  ? State::rolled_back
                                                 : State::completed;
      state = next;
      site.report(target.rollout.str(), next, "storm");
    }
  }
  void send(ToySite& site) {
    for (const sync::Stream stream : sync::kStreams)
      if (auto run = site.unsent(stream); !run.entries.empty())
        for (std::uint32_t copies = pick(3); copies > 0; --copies) wire_.push_back(site.frame(run));
  }
  void receive() {
    if (wire_.empty()) return;
    const auto at = wire_.begin() + static_cast<std::ptrdiff_t>(pick(static_cast<std::uint32_t>(wire_.size())));
    const hub::Input input = *at;
    wire_.erase(at);
    bench.give(input);
  }
  void hear(bool arrives) {
    if (arrives) {
      deliver(bench, all());
    } else {
      bench.take_effects();
    }
  }

  // No wave starts while an earlier one is not completed; every entry is recorded once; generations only rise.
  void check() {
    if (bench.has_rollout("d-2.sin-1")) {
      REQUIRE(ever_completed("d-2.fra-1"));
    }
    if (bench.has_rollout("d-2.sin-2")) {
      REQUIRE(ever_completed("d-2.sin-1"));
    }
    for (ToySite* site : all()) {
      std::size_t leaves = 0;
      for (const hub::AuditRow& row : bench.store.audit())
        if (row.source == hub::AuditSource::site && row.site == site->name()) {
          ++leaves;
          REQUIRE(row.sequence == Sequence(leaves));
          REQUIRE(row.bytes == site->entries(sync::Stream::audit)[leaves - 1]);
        }
    }
  }
  bool ever_completed(const char* id) const { return bench.rollout(id).status.state == State::completed; }

  std::mt19937 random_;
  std::vector<hub::Input> wire_;
  std::map<RolloutId, State> states_;
};

}  // namespace

TEST_CASE("Lost, repeated and reordered frames and crashes of the hub end in what the sites did, counted once") {
  std::map<State, int> ends;
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    INFO("seed=" << seed);
    Storm storm(seed);
    for (int i = 0; i < 120; ++i) storm.step();
    storm.settle();
    const hub::Deployment& end = storm.bench.deployment("d-2");
    REQUIRE(rollout::is_ended(end.state));
    REQUIRE(storm.bench.store.deployments().size() == 2);
    REQUIRE(end.failure.has_value() == (end.state != State::completed));
    std::size_t ended = 0;
    for (const hub::AuditRow& row : storm.bench.store.audit()) {
      const std::string word = std::string("deployment.") + rollout::name_of(end.state);
      if (row.leaf.action == word && row.leaf.object == "deployment/d-2") ++ended;
    }
    REQUIRE(ended == 1);
    for (ToySite* site : storm.all())
      for (const sync::Stream stream : sync::kStreams) REQUIRE(site->unsent(stream).entries.empty());
    ++ends[end.state];
  }
  CHECK(ends[State::completed] > 10);
  CHECK(ends[State::rolled_back] > 10);
}
