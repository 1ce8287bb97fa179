#include "depops/v1/frame.pb.h"
#include "shared/wire/body_parts.h"
#include "shared/wire/state_rows.h"

namespace depops::wire {
namespace {

constexpr std::size_t kCutMax = 64;
constexpr std::size_t kBucketsMax = 256;
constexpr std::uint32_t kPartsMax = 1'000;

void put_fact(const sync::Fact& fact, v1::Fact& out) {
  out.set_service(fact.service.str());
  out.set_stable(fact.stable.str());
  out.set_rollout(fact.rollout.str());
  out.set_state(to_wire(kStateRows<std::uint32_t>, fact.state));
  out.set_attempt(fact.attempt);
  for (const sync::FactVersion& version : fact.versions) {
    auto* row = out.add_versions();
    row->set_label(version.label.str());
    row->set_desired(version.desired);
    row->set_ready(version.ready);
    row->set_available(version.available);
    row->set_weight(version.weight);
  }
  out.set_drift(clipped(fact.drift, sync::kFactTextMax));
}

sync::Fact get_fact(const v1::Fact& message, Intake& in) {
  sync::Fact fact;
  fact.service = in.name<ServiceName>(message.service(), "service");
  fact.stable = in.optional_label(message.stable(), "stable");
  fact.rollout = in.optional_id<RolloutId>(message.rollout(), "rollout");
  fact.state = from_wire(kStateRows<std::uint32_t>, message.state(), in, "state");
  fact.attempt = message.attempt();
  in.count(message.versions_size(), "versions", sync::kFactVersionsMax);
  if (!in.ok()) return fact;
  for (const auto& row : message.versions()) {
    fact.versions.push_back({in.optional_label(row.label(), "versions.label"), row.desired(), row.ready(),
                             row.available(), in.number32(row.weight(), "versions.weight", 100)});
  }
  fact.drift = in.text(message.drift(), "drift", sync::kFactTextMax);
  return fact;
}

}  // namespace

void put(const sync::Inventory& inventory, v1::Inventory& out) {
  out.set_cut(inventory.cut);
  out.set_events(inventory.events.value());
  out.set_audit(inventory.audit.value());
  for (const auto& [bucket, digest] : inventory.buckets) {
    auto* row = out.add_buckets();
    row->set_bucket(bucket);
    row->set_digest(digest);
  }
}

sync::Inventory get(const v1::Inventory& message, Intake& in) {
  sync::Inventory inventory;
  inventory.cut = in.needed(message.cut(), "cut", kCutMax);
  inventory.events = Sequence(in.number(message.events(), "events"));
  inventory.audit = Sequence(in.number(message.audit(), "audit"));
  in.count(message.buckets_size(), "buckets", kBucketsMax);
  if (!in.ok()) return inventory;
  for (const auto& row : message.buckets())
    inventory.buckets[static_cast<std::uint8_t>(in.number32(row.bucket(), "bucket", kBucketsMax - 1))] = row.digest();
  return inventory;
}

void put(const sync::SnapshotAsk& ask, v1::SnapshotAsk& out) {
  out.set_cut(ask.cut);
  out.set_buckets(std::string(ask.buckets.begin(), ask.buckets.end()));
  out.set_part(ask.part);
}

sync::SnapshotAsk get(const v1::SnapshotAsk& message, Intake& in) {
  in.require(message.buckets().size() <= kBucketsMax, "buckets", "has more than 256 bytes");
  const std::string cut = in.needed(message.cut(), "cut", kCutMax);
  if (!in.ok()) return {};
  return {cut, {message.buckets().begin(), message.buckets().end()}, in.number32(message.part(), "part", kPartsMax)};
}

void put(const sync::SnapshotPart& part, v1::SnapshotPart& out) {
  out.set_cut(part.cut);
  out.set_part(part.part);
  out.set_last(part.last);
  for (const sync::Fact& fact : part.facts) put_fact(fact, *out.add_facts());
  out.set_buckets(std::string(part.buckets.begin(), part.buckets.end()));
}

sync::SnapshotPart get(const v1::SnapshotPart& message, Intake& in) {
  sync::SnapshotPart part;
  part.cut = in.needed(message.cut(), "cut", kCutMax);
  part.part = in.number32(message.part(), "part", kPartsMax);
  part.last = message.last();
  in.require(message.buckets().size() <= kBucketsMax, "buckets", "has more than 256 bytes");
  part.buckets.assign(message.buckets().begin(), message.buckets().end());
  in.count(message.facts_size(), "facts", sync::kFactsOfPart);
  if (!in.ok()) return part;
  for (const auto& fact : message.facts()) part.facts.push_back(get_fact(fact, in));
  return part;
}

}  // namespace depops::wire
