#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "shared/sync/inventory.h"
#include "shared/wire/body.h"

// What it costs, in bytes on the wire, that the copy of a site's facts at the hub becomes what the site knows: it
// follows what differs and not what there is.
namespace depops::wire {
namespace {

constexpr int kServices = 2'000;

ServiceName service(int number) { return ServiceName("service-" + std::to_string(number)); }

sync::Facts everything() {
  sync::Facts facts;
  for (int i = 0; i < kServices; ++i) {
    sync::Fact& fact = facts[service(i)];
    fact.service = service(i);
    fact.stable = VersionLabel("1.4.7");
    fact.rollout = RolloutId("d-" + std::to_string(100'000 + i) + ".fra-1");
    fact.state = rollout::State::completed;
    fact.versions = {{VersionLabel("1.4.7"), 4, 4, 4, 100}};
  }
  return facts;
}

// The hub's copy, older in `differing` services that are spread over all.
sync::Facts older(sync::Facts facts, int differing) {
  for (int i = 0; i < differing; ++i) {
    sync::Fact& fact = facts.at(service(i * (kServices / differing)));
    fact.state = rollout::State::running;
    fact.versions[0].ready = 3;
  }
  return facts;
}

std::uint64_t bytes_of(Content content) {
  Body body;
  body.source = site_address(SiteName("fra-1"));
  body.destination = hub_address("0123456789abcdef");
  body.incarnation = std::string(32, 'a');
  body.session = 7;
  body.content = std::move(content);
  return encode_body(body).size();
}

struct Cost {
  std::uint64_t up = 0;    // from the site, beside its Hello
  std::uint64_t down = 0;  // questions of the hub
  std::uint64_t rows = 0;
  std::uint64_t inventory = 0;  // of `up`
};

Cost comparing(const sync::Facts& site, const sync::Facts& hub) {
  Cost cost;
  sync::FactsMirror mirror;
  mirror.load(hub, Sequence(5), Sequence(5));
  if (!mirror.on_root(sync::root_of(sync::buckets_of(site)))) return cost;
  cost.down += bytes_of(sync::InventoryAsk{});
  const sync::Cut cut{"0123456789abcdef0123456789abcdef-1", Sequence(9), Sequence(9), site};
  const sync::Inventory inventory = sync::inventory_of(cut);
  cost.up += cost.inventory = bytes_of(inventory);
  for (auto ask = mirror.on_inventory(inventory).ask; ask;) {
    cost.down += bytes_of(*ask);
    const sync::SnapshotPart part = sync::part_of(cut, *ask);
    cost.up += bytes_of(part);
    cost.rows += part.facts.size();
    ask = mirror.on_part(part).ask;
  }
  REQUIRE(mirror.facts() == site);
  return cost;
}

std::size_t fullest_bucket(const sync::Facts& facts) {
  std::map<std::uint8_t, std::size_t> rows;
  for (const auto& [name, fact] : facts) ++rows[sync::bucket_of(name)];
  std::size_t most = 0;
  for (const auto& [bucket, count] : rows) most = std::max(most, count);
  return most;
}

std::uint64_t longest_row(const sync::Facts& facts) {
  std::uint64_t longest = 0;
  for (const auto& [name, fact] : facts) {
    sync::SnapshotPart part;
    const std::uint64_t without = bytes_of(part);
    part.facts = {fact};
    longest = std::max(longest, bytes_of(part) - without);
  }
  return longest;
}

}  // namespace

TEST_CASE("what a site sends to be compared follows what differs, not what it has") {
  const sync::Facts site = everything();
  const std::size_t bucket = fullest_bucket(site);
  const std::uint64_t row = longest_row(site);
  const std::uint64_t frame = bytes_of(sync::SnapshotPart{}) + 2 * 64 + 256;  // name of the cut, buckets
  REQUIRE(bucket < 30);

  const Cost nothing = comparing(site, site);
  CHECK(nothing.up == 0);
  CHECK(nothing.down == 0);

  for (const int differing : {1, 16, 64}) {
    const Cost cost = comparing(site, older(site, differing));
    const auto k = static_cast<std::uint64_t>(differing);
    INFO(differing << " differ: " << cost.up << " bytes up, " << cost.down << " down, " << cost.rows << " rows");
    CHECK(cost.rows <= k * bucket);
    CHECK(cost.up <= cost.inventory + k * (bucket * row + frame));
    CHECK(cost.inventory < 256 * 16 + frame);  // whatever there is
    CHECK(cost.down <= k * frame + 2 * frame);
  }
}

TEST_CASE("if all differs, every row is sent once") {
  const sync::Facts site = everything();
  const Cost cost = comparing(site, older(site, kServices));
  const std::uint64_t parts = (kServices + sync::kFactsOfPart - 1) / sync::kFactsOfPart;
  INFO(cost.up << " bytes up, " << cost.down << " down");
  CHECK(cost.rows == kServices);
  CHECK(cost.up <= cost.inventory + kServices * longest_row(site) + parts * (bytes_of(sync::SnapshotPart{}) + 512));
  const Cost empty = comparing(site, {});  // a hub that knows nothing of it
  CHECK(empty.up == cost.up);
  CHECK(empty.rows == kServices);
}

TEST_CASE("sixteen that differ cost a small part of all that is there") {
  const sync::Facts site = everything();
  CHECK(comparing(site, older(site, 1)).up * 20 < comparing(site, older(site, kServices)).up);
  CHECK(comparing(site, older(site, 16)).up * 5 < comparing(site, older(site, kServices)).up);
}

}  // namespace depops::wire
