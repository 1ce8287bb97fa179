#include "tests/support/memory_journal.h"

namespace depops::test {
namespace {

constexpr Millis kRetainedFor{7LL * 24 * 3'600 * 1'000};

Instant at_of(const agent::OutboxRow& row) {
  if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) return leaf->at;
  return std::visit([](const auto& any) { return any.at; }, std::get<rollout::Report>(row.entry));
}

}  // namespace

MemoryJournal::~MemoryJournal() {
  if (owner_) disk_.owned = false;
}

Sequence MemoryJournal::first_of(sync::Stream stream, Sequence last) const {
  const auto it = disk_.outbox.lower_bound({stream, Sequence(0)});
  return it != disk_.outbox.end() && it->first.first == stream ? it->first.second : last.next();
}

Result<agent::Loaded> MemoryJournal::load() {
  if (disk_.owned && !owner_) return Error{Errc::conflict, "journal: another process holds it"};
  disk_.owned = owner_ = true;
  agent::Loaded loaded;
  loaded.incarnation = disk_.incarnation;
  loaded.site = disk_.site;
  loaded.trust = disk_.trust;
  for (const auto& [service, record] : disk_.records) loaded.records.push_back(record);
  loaded.desired = disk_.desired;
  loaded.events_first = first_of(sync::Stream::events, disk_.site.events_last);
  loaded.audit_first = first_of(sync::Stream::audit, disk_.site.audit_last);
  return loaded;
}

bool MemoryJournal::take_room(bool safe) {
  if (disk_.room > 0 && (!full_ || safe)) {
    --disk_.room;
    return true;
  }
  if (!full_) disk_.room = disk_.reserve;  // the reserve is given up once
  full_ = true;
  if (!safe || disk_.room == 0) return false;
  --disk_.room;
  return true;
}

Result<void> MemoryJournal::commit(const agent::JournalBatch& batch) {
  if (batch.empty()) return {};
  if (!take_room(batch.safe)) return Error{Errc::exhausted, "journal: the disk is full"};
  if (batch.site) disk_.site = *batch.site;
  for (const auto& record : batch.records) disk_.records[record->service] = record;
  for (const agent::OutboxRow& row : batch.outbox) disk_.outbox[{row.stream, row.seq}] = {at_of(row), encode_(row)};
  for (const agent::OutboxRow& row : batch.buried) disk_.outbox.at({row.stream, row.seq}).bytes = encode_(row);
  if (batch.trust) disk_.trust = *batch.trust;
  if (batch.desired) disk_.desired = *batch.desired;
  return {};
}

Result<std::vector<std::string>> MemoryJournal::read(sync::Stream stream, Sequence first, std::uint64_t max_entries,
                                                     std::uint64_t max_bytes) {
  std::vector<std::string> entries;
  std::uint64_t total = 0;
  for (Sequence seq = first; entries.size() < max_entries; seq = seq.next()) {
    const auto it = disk_.outbox.find({stream, seq});
    if (it == disk_.outbox.end()) break;
    total += it->second.bytes.size();
    if (!entries.empty() && total > max_bytes) break;
    entries.push_back(it->second.bytes);
  }
  return entries;
}

Result<sync::StreamPosition> MemoryJournal::prune(sync::Stream stream, Sequence acked, Instant now) {
  std::uint64_t total = 0;
  for (const auto& [key, entry] : disk_.outbox) total += key.first == stream ? entry.bytes.size() : 0;
  for (auto it = disk_.outbox.lower_bound({stream, Sequence(0)});
       it != disk_.outbox.end() && it->first.first == stream && it->first.second <= acked;) {
    if (it->second.at >= now - kRetainedFor && total <= disk_.retained_bytes) break;
    total -= it->second.bytes.size();
    it = disk_.outbox.erase(it);
  }
  const Sequence last = stream == sync::Stream::events ? disk_.site.events_last : disk_.site.audit_last;
  return sync::StreamPosition{stream, first_of(stream, last), last};
}

Result<std::uint64_t> MemoryJournal::next_session() { return ++disk_.session; }

}  // namespace depops::test
