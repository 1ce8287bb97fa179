#include "shared/sync/inventory.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <deque>

namespace depops::sync {
namespace {

rollout::RolloutStatus status_of(int service, std::uint64_t change) {
  rollout::RolloutStatus status;
  status.service = ServiceName("s" + std::to_string(service));
  status.rollout = RolloutId("r" + std::to_string(change));
  status.state = rollout::State::running;
  status.sets = {{SetId("set"), VersionLabel("1." + std::to_string(change)), 2, 1, 1, 50, 0, 2}};
  return status;
}

Facts facts_of(int services) {
  Facts facts;
  for (int i = 0; i < services; ++i) {
    const auto status = status_of(i, 1);
    apply(status, facts[status.service]);
  }
  return facts;
}

// Whole exchange over a link that loses nothing; the parts that were sent.
std::vector<SnapshotPart> exchange(FactsMirror& mirror, const Cut& cut) {
  std::vector<SnapshotPart> parts;
  auto ask = mirror.on_inventory(inventory_of(cut)).ask;
  while (ask) {
    parts.push_back(part_of(cut, *ask));
    ask = mirror.on_part(parts.back()).ask;
  }
  return parts;
}

// A site whose facts change with every event, and a hub that hears of both in any mixture: what was said may be lost or
// come late or twice.
struct Moving {
  Facts facts;
  std::vector<Facts> history{{}};  // by number of events
  std::vector<rollout::RolloutStatus> events;
  std::optional<Cut> cut;
  std::uint64_t cuts = 0;
  FactsMirror mirror;
  std::uint64_t reported = 0;  // events that the hub has
  std::deque<std::variant<InventoryAsk, SnapshotAsk>> down;
  std::deque<std::variant<Inventory, SnapshotPart>> up;

  void change() {
    events.push_back(status_of(*rc::gen::inRange(0, 150), events.size() + 1));
    apply(events.back(), facts[events.back().service]);
    history.push_back(facts);
  }
  void report() {
    if (reported == events.size()) return;
    const auto& status = events[reported++];
    mirror.on_status(Sequence(reported), status);
  }
  void say_hello() {
    if (auto ask = mirror.on_root(root_of(buckets_of(facts)))) down.push_back(*ask);
  }
  void site_hears(const std::variant<InventoryAsk, SnapshotAsk>& ask) {
    const auto* wanted = std::get_if<SnapshotAsk>(&ask);
    if (wanted != nullptr && cut && cut->name == wanted->cut) {
      up.push_back(part_of(*cut, *wanted));
      return;
    }
    cut = Cut{"cut-" + std::to_string(++cuts), Sequence(events.size()), {}, facts};
    up.push_back(inventory_of(*cut));
  }
  // F40: what the hub has after a switch is the site at one moment, and the reports that came after it.
  void hub_hears(const std::variant<Inventory, SnapshotPart>& word) {
    const auto* inventory = std::get_if<Inventory>(&word);
    const auto step =
        inventory != nullptr ? mirror.on_inventory(*inventory) : mirror.on_part(std::get<SnapshotPart>(word));
    RC_ASSERT(!step.refused);
    if (step.ask) down.emplace_back(*step.ask);
    if (!step.agreed) return;
    RC_ASSERT(mirror.facts() == history[std::max<std::uint64_t>(mirror.as_of().value(), reported)]);
  }
};

template <typename T, typename Hear>
void pass(std::deque<T>& words, bool lossy, Hear hear) {
  if (words.empty()) return;
  const auto at = lossy ? *rc::gen::inRange<std::size_t>(0, words.size()) : 0;
  const int fate = lossy ? *rc::gen::inRange(0, 8) : 7;
  const T word = words[at];
  if (fate != 1) words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
  if (fate != 0) hear(word);
}

void snapshot_is_one_moment() {
  Moving world;
  for (int i = 0; i < 200; ++i) world.change();
  for (int turn = 0; turn < 150; ++turn) {
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        world.change();
        break;
      case 1:
        world.report();
        break;
      case 2:
        if (*rc::gen::inRange(0, 5) == 0) world.say_hello();
        break;
      default:
        pass(world.down, true, [&](const auto& ask) { world.site_hears(ask); });
        pass(world.up, true, [&](const auto& word) { world.hub_hears(word); });
    }
  }
  while (world.reported < world.events.size()) world.report();
  for (int hello = 0; hello < 4; ++hello) {
    world.say_hello();
    while (!world.down.empty() || !world.up.empty()) {
      pass(world.down, false, [&](const auto& ask) { world.site_hears(ask); });
      pass(world.up, false, [&](const auto& word) { world.hub_hears(word); });
    }
  }
  RC_ASSERT(world.mirror.facts() == world.facts);
}

}  // namespace

TEST_CASE("F40 a snapshot that is taken while facts change is one moment of the site") {
  REQUIRE(rc::check("consistent cut", snapshot_is_one_moment));
}

TEST_CASE("only buckets that differ are asked for, whole ones") {
  Facts facts = facts_of(500);
  FactsMirror mirror;
  mirror.load(facts, Sequence(9), Sequence(9));
  CHECK_FALSE(mirror.on_root(root_of(buckets_of(facts))));
  facts[ServiceName("s7")].drift = "stable has 1 of 2 instances available";
  REQUIRE(mirror.on_root(root_of(buckets_of(facts))));
  const auto parts = exchange(mirror, {"c", Sequence(10), Sequence(3), facts});
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].facts.size() < 12);
  for (const Fact& fact : parts[0].facts) CHECK(bucket_of(fact.service) == bucket_of(ServiceName("s7")));
  CHECK(mirror.facts() == facts);
  CHECK(mirror.as_of() == Sequence(10));
}

TEST_CASE("a service that is gone at the site goes here, too") {
  Facts facts = facts_of(3);
  FactsMirror mirror;
  mirror.load(facts, Sequence(1), Sequence(1));
  facts.erase(ServiceName("s1"));
  const Cut cut{"c", Sequence(2), {}, facts};
  auto step = mirror.on_inventory(inventory_of(cut));
  REQUIRE(step.ask);
  step = mirror.on_part(part_of(cut, *step.ask));
  REQUIRE(step.switched);
  CHECK(step.switched->removed == std::vector{ServiceName("s1")});
  CHECK(step.switched->changed.empty());
}

TEST_CASE("a snapshot of many rows comes in bounded parts, and goes on where it stopped") {
  const Facts facts = facts_of(300);
  FactsMirror mirror;
  const Cut cut{"c", Sequence(1), {}, facts};
  auto step = mirror.on_inventory(inventory_of(cut));
  REQUIRE(step.ask);
  step = mirror.on_part(part_of(cut, *step.ask));
  REQUIRE(step.ask);
  CHECK(mirror.staged() == kFactsOfPart);
  CHECK(mirror.facts().empty());
  const auto again = mirror.on_root(root_of(buckets_of(facts)));  // a new connection
  REQUIRE(again);
  CHECK(std::get<SnapshotAsk>(*again).part == 1);
  for (auto ask = step.ask; ask;) ask = mirror.on_part(part_of(cut, *ask)).ask;
  CHECK(mirror.facts() == facts);
}

TEST_CASE("rows that are not those announced are refused whole") {
  const Facts facts = facts_of(3);
  FactsMirror mirror;
  const Cut cut{"c", Sequence(1), {}, facts};
  const auto ask = mirror.on_inventory(inventory_of(cut)).ask;
  SnapshotPart part = part_of(cut, *ask);
  part.facts.front().attempt = 9;
  const auto step = mirror.on_part(part);
  CHECK(step.refused);
  CHECK(mirror.facts().empty());
}

TEST_CASE("texts of facts are the same on both sides whatever carries them") {
  CHECK(fact_text("gr\xc3\xbc\x01" + std::string(400, 'x')).size() == kFactTextMax);
  CHECK(fact_text("gr\xc3\xbc") == "gr??");
}

}  // namespace depops::sync
