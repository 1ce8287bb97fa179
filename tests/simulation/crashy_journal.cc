#include "tests/simulation/crashy_journal.h"

#include <algorithm>
#include <memory>

namespace depops::simulation {

bool CrashyJournal::commit(const agent::JournalBatch& batch) {
  if (full_ && !batch.safe) return false;
  if (batch.site) kept_.site = *batch.site;
  if (batch.desired) kept_.desired = *batch.desired;
  for (const auto& record : batch.records) {
    std::erase_if(kept_.records, [&](const auto& old) { return old->service == record->service; });
    kept_.records.push_back(record);
  }
  write(batch.outbox);
  for (const agent::OutboxRow& row : batch.buried) replace(row);
  if (bug_ == Bug::coalesce_sent && read_ > 0 && rng_.chance(50))
    replace({sync::Stream::events, Sequence(read_), rollout::Report(rollout::Tombstone{})});
  return true;
}

// As other bytes, so that a hub that has the entry already finds it out.
void CrashyJournal::replace(const agent::OutboxRow& row) {
  (row.stream == sync::Stream::events ? events_ : audit_)[row.seq.value()] = rows_.size();
  rows_.push_back(row);
  ++buried_;
}

void CrashyJournal::write(const std::vector<agent::OutboxRow>& outbox) {
  for (const agent::OutboxRow& row : outbox) {
    if (bug_ == Bug::lose_outbox_row && rng_.chance(50)) continue;
    auto& lane = row.stream == sync::Stream::events ? events_ : audit_;
    lane[row.seq.value()] = rows_.size();
    rows_.push_back(row);
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* changed = report != nullptr ? std::get_if<rollout::RolloutChanged>(report) : nullptr;
    if (bug_ == Bug::coalesce_terminal && changed != nullptr && rollout::is_ended(changed->status.state))
      replace({row.stream, row.seq, rollout::Report(rollout::Tombstone{})});
  }
}

agent::Loaded CrashyJournal::load() const {
  agent::Loaded loaded = kept_;
  loaded.events_first = loaded.audit_first = Sequence(1);
  if (bug_ == Bug::reuse_order_numbers) loaded.site.router_seq = loaded.site.runtime_seq = 0;
  if (bug_ == Bug::forget_floor) loaded.site.generation = Generation(0);
  for (auto& record : loaded.records) {
    auto changed = std::make_shared<rollout::Record>(*record);
    if (bug_ == Bug::forget_pauses) changed->pauses.clear();
    if (bug_ == Bug::forget_size) changed->size.reset();
    if (bug_ == Bug::forget_commands) changed->commands = {};
    for (rollout::HookMark& mark : changed->hooks) {
      const bool runs = mark.run.state == rollout::HookState::running;
      if (bug_ == Bug::repeat_lost_hooks && runs) mark.run.state = rollout::HookState::due;
      if (bug_ == Bug::forget_hooks && !runs) mark.attempt = 0;
    }
    if (bug_ == Bug::double_approvals && !changed->approvals.empty()) {
      changed->approvals.push_back(changed->approvals.back());
      std::erase_if(changed->pauses, [](const auto& pause) { return pause.reason == rollout::PauseReason::approval; });
    }
    record = std::move(changed);
  }
  return loaded;
}

void CrashyJournal::become_copy_of(const CrashyJournal& other) {
  kept_ = other.kept_;
  rows_ = other.rows_;
  events_ = other.events_;
  audit_ = other.audit_;
  copied_tag_ = other.tag_;
  copied_ = rows_.size();
}

std::uint64_t CrashyJournal::entries(sync::Stream stream) const {
  return stream == sync::Stream::events ? events_.size() : audit_.size();
}

std::vector<std::string> CrashyJournal::read(sync::Stream stream, Sequence first, std::uint64_t entries) {
  const auto& lane = stream == sync::Stream::events ? events_ : audit_;
  const Sequence acked = stream == sync::Stream::events ? kept_.site.events_acked : kept_.site.audit_acked;
  if (bug_ == Bug::lose_reserve && first <= acked) return {};
  std::vector<std::string> found;
  for (auto at = lane.find(first.value()); at != lane.end() && found.size() < entries; ++at) {
    found.push_back((at->second < copied_ ? copied_tag_ : tag_) + std::to_string(at->second));
    if (stream == sync::Stream::events) read_ = std::max(read_, at->first);
  }
  return found;
}

const agent::OutboxRow& CrashyJournal::row(const std::string& entry) const {
  return rows_.at(std::stoull(entry.substr(entry.find(':') + 1)));
}

}  // namespace depops::simulation
