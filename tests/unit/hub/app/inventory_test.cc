#include <catch2/catch.hpp>

#include "tests/unit/hub/app/bench.h"

using namespace depops;
using namespace depops::tests;

namespace {

sync::Fact fact(const std::string& service, std::uint32_t ready) {
  sync::Fact made;
  made.service = ServiceName(service);
  made.stable = VersionLabel("1.0");
  made.state = rollout::State::completed;
  made.versions = {{VersionLabel("1.0"), 2, ready, ready, 100}};
  return made;
}

// A site with facts that answers what it is asked.
struct Site {
  Bench bench;
  ToySite toy{bench, "fra-1"};
  sync::Facts facts;
  sync::Cut cut;
  std::size_t asked = 0;

  Site() {
    bench.set_up();
    for (int i = 0; i < 200; ++i) facts[ServiceName("s" + std::to_string(i))] = fact("s" + std::to_string(i), 2);
  }
  // Rows that travelled.
  std::size_t hello() {
    sync::Hello hello{Generation(), HubEpoch(1), {}, "0.1.0"};
    hello.facts = sync::root_of(sync::buckets_of(facts));
    bench.take_effects();
    bench.give(toy.frame(hello));
    std::size_t rows = 0;
    for (auto effects = bench.take_effects(); !effects.empty(); effects = bench.take_effects())
      for (const hub::Effect& effect : effects)
        if (const auto* down = std::get_if<hub::SendDown>(&effect)) rows += answer(down->message);
    return rows;
  }
  std::size_t answer(const sync::DownMessage& message) {
    if (std::holds_alternative<sync::InventoryAsk>(message)) {
      cut = {"cut-" + std::to_string(++asked), Sequence(), Sequence(), facts};
      bench.give(toy.frame(sync::inventory_of(cut)));
    }
    const auto* ask = std::get_if<sync::SnapshotAsk>(&message);
    if (ask == nullptr) return 0;
    const sync::SnapshotPart part = sync::part_of(cut, *ask);
    bench.give(toy.frame(part));
    return part.facts.size();
  }
  const sync::Facts& known() { return bench.hub->world().sites.at(SiteName("fra-1")).facts.facts(); }
};

}  // namespace

TEST_CASE("What a site knows is compared at each Hello, and only what differs travels") {
  Site site;
  CHECK(site.hello() == 200);
  CHECK(site.known() == site.facts);
  CHECK(site.hello() == 0);
  CHECK(site.asked == 1);
  site.facts[ServiceName("s7")] = fact("s7", 1);
  const std::size_t rows = site.hello();
  CHECK(rows >= 1);
  CHECK(rows < 10);
  CHECK(site.known() == site.facts);
}

TEST_CASE("The copy of a site's facts survives a restart of the hub, with the time of its last agreement") {
  Site site;
  site.hello();
  site.bench.pass(std::chrono::seconds(90));
  site.hello();
  site.bench.restart();
  CHECK(site.known() == site.facts);
  CHECK(site.bench.hub->world().sites.at(SiteName("fra-1")).status.facts_agreed == at(90));
  site.facts.erase(ServiceName("s3"));
  site.hello();
  site.bench.restart();
  CHECK(site.known() == site.facts);
}
