#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/rollout/report.h"

// What a site knows about its services, kept equal at the hub at a cost that follows what differs. The site says one
// digest of everything in each Hello. Where that is not the hub's, the hub asks for the digests of 256 buckets, then
// for the rows of those that differ, in parts. All answers come from one cut: the site as it stood at one moment.
namespace depops::sync {

inline constexpr std::size_t kFactTextMax = 256;  // bytes of a text of a fact
inline constexpr std::size_t kFactsMax = 10'000;  // of one site
inline constexpr std::size_t kFactsOfPart = 64;   // rows in one frame
inline constexpr std::size_t kFactVersionsMax = 8;

// One version that has instances or should have some.
struct FactVersion {
  VersionLabel label;
  std::uint32_t desired = 0;
  std::uint32_t ready = 0;
  std::uint32_t available = 0;
  std::uint32_t weight = 0;  // percent of the requests
  bool operator==(const FactVersion&) const = default;
};

// A row: one service. Only what changes when something happened is in it, no counters.
struct Fact {
  ServiceName service;
  VersionLabel stable;
  RolloutId rollout;  // newest here
  rollout::State state = rollout::State::pending;
  std::uint32_t attempt = 1;
  std::vector<FactVersion> versions;
  std::string drift;  // in what the site differs from what it should run; empty: in nothing
  bool operator==(const Fact&) const = default;
};

using Facts = std::map<ServiceName, Fact>;

// Plain text of at most kFactTextMax bytes, the same on both sides whatever carries it.
std::string fact_text(const std::string& text);

// 64-bit fingerprints: they find what differs by loss or accident. A site that lies about itself gains nothing by it.
std::uint64_t digest_of(const Fact& fact);
std::uint8_t bucket_of(const ServiceName& service);

using Buckets = std::map<std::uint8_t, std::uint64_t>;  // digest by bucket; an empty bucket has none
Buckets buckets_of(const Facts& facts);

struct FactsRoot {
  std::uint64_t digest = 0;  // 0: the site says nothing about facts
  bool operator==(const FactsRoot&) const = default;
};
FactsRoot root_of(const Buckets& buckets);

// Down: "say the digests of your buckets, and keep that cut".
struct InventoryAsk {
  bool operator==(const InventoryAsk&) const = default;
};

// Up: the cut, by name. `events` and `audit` are the newest entries of the streams that it contains.
struct Inventory {
  std::string cut;  // at most 64 bytes, never used twice
  Sequence events;
  Sequence audit;
  Buckets buckets;
  bool operator==(const Inventory&) const = default;
};

// Down: "send part `part` of these buckets of that cut".
struct SnapshotAsk {
  std::string cut;
  std::vector<std::uint8_t> buckets;  // in order, each once
  std::uint32_t part = 0;
  bool operator==(const SnapshotAsk&) const = default;
};

// Up: rows in the order of their names.
struct SnapshotPart {
  std::string cut;
  std::uint32_t part = 0;
  bool last = false;
  std::vector<Fact> facts;
  std::vector<std::uint8_t> buckets;  // that were asked for
  bool operator==(const SnapshotPart&) const = default;
};

}  // namespace depops::sync
