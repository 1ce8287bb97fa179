#include "shared/sync/inventory.h"

#include <algorithm>
#include <set>

namespace depops::sync {
namespace {

// Buckets of which only one side has rows differ, too.
std::vector<std::uint8_t> differing(const Buckets& a, const Buckets& b) {
  std::set<std::uint8_t> found;
  const auto compare = [&](const Buckets& from, const Buckets& with) {
    for (const auto& [bucket, digest] : from) {
      const auto other = with.find(bucket);
      if (other == with.end() || other->second != digest) found.insert(bucket);
    }
  };
  compare(a, b);
  compare(b, a);
  return {found.begin(), found.end()};
}

bool has(const std::vector<std::uint8_t>& buckets, const ServiceName& service) {
  return std::binary_search(buckets.begin(), buckets.end(), bucket_of(service));
}

// The digests of some buckets are those that were announced.
bool fits(const Facts& rows, const std::vector<std::uint8_t>& buckets, const Buckets& announced) {
  const Buckets made = buckets_of(rows);
  const auto digest = [](const Buckets& in, std::uint8_t bucket) {
    const auto found = in.find(bucket);
    return found == in.end() ? 0 : found->second;
  };
  return std::all_of(buckets.begin(), buckets.end(),
                     [&](std::uint8_t bucket) { return digest(made, bucket) == digest(announced, bucket); });
}

// What a report after the cut said stays.
void take_over(const Fact& from, Fact& to) {
  to.service = from.service;
  to.rollout = from.rollout;
  to.state = from.state;
  to.attempt = from.attempt;
  to.versions = from.versions;
  if (from.state == rollout::State::completed) to.stable = from.stable;
}

}  // namespace

Inventory inventory_of(const Cut& cut) { return {cut.name, cut.events, cut.audit, buckets_of(cut.facts)}; }

SnapshotPart part_of(const Cut& cut, const SnapshotAsk& ask) {
  SnapshotPart part{cut.name, ask.part, true, {}, ask.buckets};
  std::size_t skip = std::size_t{ask.part} * kFactsOfPart;
  for (const auto& [service, fact] : cut.facts) {
    if (!has(ask.buckets, service)) continue;
    if (skip > 0) {
      --skip;
      continue;
    }
    if (part.facts.size() == kFactsOfPart) {
      part.last = false;
      break;
    }
    part.facts.push_back(fact);
  }
  return part;
}

void apply(const rollout::RolloutStatus& status, Fact& fact) {
  fact.service = status.service;
  fact.rollout = status.rollout;
  fact.state = status.state;
  fact.attempt = status.attempt;
  fact.versions.clear();
  for (const rollout::SetStatus& set : status.sets) {
    if (fact.versions.size() == kFactVersionsMax) break;
    fact.versions.push_back({set.label, set.desired, set.ready, set.available, set.weight});
  }
  if (status.state == rollout::State::completed && !status.sets.empty()) fact.stable = status.sets.front().label;
}

void FactsMirror::note_cut(Sequence events) {
  as_of_ = events;
  std::erase_if(reported_, [&](const auto& one) { return one.second <= events; });
}

void FactsMirror::load(Facts facts, Sequence as_of, Sequence received) {
  facts_ = std::move(facts);
  as_of_ = as_of;
  received_ = received;
  reported_.clear();
  staging_.reset();
}

void FactsMirror::begin_anew() {
  as_of_ = received_ = {};
  reported_.clear();
  staging_.reset();
}

std::optional<std::variant<InventoryAsk, SnapshotAsk>> FactsMirror::on_root(const FactsRoot& told) const {
  if (told == root_of(buckets_of(facts_))) return std::nullopt;
  if (staging_) return staging_->next;
  return InventoryAsk{};
}

FactsMirror::Step FactsMirror::on_inventory(const Inventory& inventory) {
  Step step;
  if (inventory.events < std::max(as_of_, received_)) {  // a cut that is older than what is here already
    staging_.reset();
    return step;
  }
  Staging staging;
  staging.inventory = inventory;
  staging.next = {inventory.cut, differing(buckets_of(facts_), inventory.buckets), 0};
  if (staging.next.buckets.empty()) {
    staging_.reset();
    note_cut(inventory.events);
    step.agreed = true;
    return step;
  }
  for (const auto& [service, fact] : facts_)
    if (!has(staging.next.buckets, service)) staging.equal.emplace(service, fact);
  step.ask = staging.next;
  staging_ = std::move(staging);
  return step;
}

FactsMirror::Step FactsMirror::on_part(SnapshotPart part) {
  Step step;
  if (!staging_ || SnapshotAsk{part.cut, part.buckets, part.part} != staging_->next) return step;
  for (Fact& fact : part.facts) {
    const bool fits_in = has(staging_->next.buckets, fact.service) && staging_->rows.size() < kFactsMax;
    ServiceName service = fact.service;
    if (!fits_in || !staging_->rows.emplace(std::move(service), std::move(fact)).second) {
      staging_.reset();
      step.refused = true;
      return step;
    }
  }
  if (part.last) return switch_over();
  ++staging_->next.part;
  step.ask = staging_->next;
  return step;
}

FactsMirror::Step FactsMirror::switch_over() {
  Step step;
  Staging staging = std::move(*staging_);
  staging_.reset();
  step.refused = !fits(staging.rows, staging.next.buckets, staging.inventory.buckets);
  if (step.refused) return step;
  Facts next = std::move(staging.equal);
  next.merge(staging.rows);
  for (const auto& [service, sequence] : reported_)
    if (sequence > staging.inventory.events) take_over(facts_[service], next[service]);
  Switched switched;
  for (const auto& [service, fact] : next) {
    const auto before = facts_.find(service);
    if (before == facts_.end() || before->second != fact) switched.changed.push_back(service);
  }
  for (const auto& [service, fact] : facts_)
    if (!next.contains(service)) switched.removed.push_back(service);
  facts_ = std::move(next);
  note_cut(staging.inventory.events);
  step.switched = std::move(switched);
  step.agreed = true;
  return step;
}

bool FactsMirror::on_status(Sequence sequence, const rollout::RolloutStatus& status) {
  if (sequence <= as_of_) return false;
  if (facts_.size() >= kFactsMax && !facts_.contains(status.service)) return false;
  Fact& fact = facts_[status.service];
  const Fact before = fact;
  apply(status, fact);
  reported_[status.service] = sequence;
  return fact != before;
}

}  // namespace depops::sync
