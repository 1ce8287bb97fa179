#include <algorithm>

#include "agent/journal_sqlite/sqlite_journal.h"
#include "shared/base/check.h"
#include "shared/signing/signing.h"
#include "shared/wire/documents.h"

// The entries of the streams.
namespace depops::agent {
namespace {

std::int64_t number_of(sync::Stream stream) { return static_cast<std::int64_t>(stream); }

struct Encoded {
  std::int64_t at_ms = 0;
  std::string bytes;
};

Encoded encoded(const OutboxRow& row) {
  if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) {
    return {leaf->at.time_since_epoch().count(), wire::encode_leaf(*leaf)};
  }
  const auto& report = std::get<rollout::Report>(row.entry);
  const Instant at = std::visit([](const auto& any) { return any.at; }, report);
  return {at.time_since_epoch().count(), wire::encode_report(report)};
}

}  // namespace

Result<void> SqliteJournal::measure_outbox() {
  for (const sync::Stream stream : sync::kStreams) {
    DEPOPS_TRY(auto* query, db_.cached("SELECT coalesce(sum(length(bytes)), 0) FROM outbox WHERE stream = ?"));
    DEPOPS_TRY(const bool row, query->bind(number_of(stream)).step());
    bytes_of(stream) = row ? query->uint64(0) : 0;
    query->reset();
  }
  return {};
}

Result<Sequence> SqliteJournal::first_retained(sync::Stream stream, Sequence last) {
  DEPOPS_TRY(auto* query, db_.cached("SELECT min(seq) FROM outbox WHERE stream = ?"));
  DEPOPS_TRY(const bool row, query->bind(number_of(stream)).step());
  const Sequence first = row && !query->is_null(0) ? Sequence(query->uint64(0)) : last.next();
  query->reset();
  return first;
}

Result<void> SqliteJournal::write_outbox(const OutboxRow& row) {
  const Encoded entry = encoded(row);
  DEPOPS_TRY(auto* put, db_.cached("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)"));
  DEPOPS_TRY_VOID(put->run(number_of(row.stream), row.seq, entry.at_ms, sqlite::Blob{entry.bytes},
                           signing::digest_of(entry.bytes).str()));
  bytes_of(row.stream) += entry.bytes.size();
  return {};
}

// In the place of an entry that was never sent.
Result<void> SqliteJournal::bury(const OutboxRow& row) {
  const Encoded entry = encoded(row);
  DEPOPS_TRY(auto* size, db_.cached("SELECT length(bytes) FROM outbox WHERE stream = ? AND seq = ?"));
  size->bind(number_of(row.stream), row.seq);
  DEPOPS_TRY(const bool there, size->step());
  const std::uint64_t before = there ? size->uint64(0) : 0;
  size->reset();
  DEPOPS_CHECK(there);
  DEPOPS_TRY(auto* put, db_.cached("UPDATE outbox SET bytes = ?, digest = ? WHERE stream = ? AND seq = ?"));
  DEPOPS_TRY_VOID(
      put->run(sqlite::Blob{entry.bytes}, signing::digest_of(entry.bytes).str(), number_of(row.stream), row.seq));
  bytes_of(row.stream) += entry.bytes.size();
  bytes_of(row.stream) -= std::min(before, bytes_of(row.stream));
  return {};
}

Result<std::vector<std::string>> SqliteJournal::read(sync::Stream stream, Sequence first, std::uint64_t max_entries,
                                                     std::uint64_t max_bytes) {
  std::vector<std::string> entries;
  DEPOPS_TRY(auto* query,
             db_.cached("SELECT seq, bytes, digest FROM outbox WHERE stream = ? AND seq >= ? ORDER BY seq"));
  query->bind(number_of(stream), first);
  std::uint64_t total = 0;
  while (entries.size() < max_entries) {
    DEPOPS_TRY(const bool row, query->step());
    if (!row || query->uint64(0) != first.value() + entries.size()) break;
    if (!query->string(2).empty() && query->string(2) != signing::digest_of(query->blob(1)).str()) {
      if (!entries.empty()) break;  // what is whole before it is still told
      const std::string name = std::string(sync::name_of(stream)) + " entry " + std::to_string(query->uint64(0));
      query->reset();
      return Error{Errc::corrupt, db_.path() + ": " + name +
                                      " is not what was written: the disk is failing. Nothing after it is told to the "
                                      "hub; move the site to a good disk and enrol it again"};
    }
    total += query->blob(1).size();
    if (!entries.empty() && total > max_bytes) break;
    entries.emplace_back(query->blob(1));
  }
  query->reset();
  return entries;
}

// The newest entry that may go: acknowledged, and too old or beyond the bytes that are kept.
Result<Sequence> SqliteJournal::removable(sync::Stream stream, Sequence acked, Instant now) {
  const std::int64_t oldest = (now - options_.retained_for).time_since_epoch().count();
  DEPOPS_TRY(auto* query, db_.cached("SELECT seq, at_ms, length(bytes) FROM outbox WHERE stream = ? AND seq <= ? "
                                     "ORDER BY seq"));
  query->bind(number_of(stream), acked);
  Sequence upto;
  std::uint64_t left = bytes_of(stream);
  for (;;) {
    DEPOPS_TRY(const bool row, query->step());
    if (!row || (query->int64(1) >= oldest && left <= options_.retained_bytes)) break;
    upto = Sequence(query->uint64(0));
    left -= std::min(left, query->uint64(2));
  }
  query->reset();
  return upto;
}

Result<sync::StreamPosition> SqliteJournal::prune(sync::Stream stream, Sequence acked, Instant now) {
  DEPOPS_TRY(const Sequence upto, removable(stream, acked, now));
  if (upto > Sequence(0)) {
    DEPOPS_TRY(auto* remove, db_.cached("DELETE FROM outbox WHERE stream = ? AND seq <= ?"));
    DEPOPS_TRY_VOID(remove->run(number_of(stream), upto));
    DEPOPS_TRY_VOID(measure_outbox());
  }
  Loaded loaded;
  DEPOPS_TRY_VOID(load_site(loaded));
  const Sequence last = stream == sync::Stream::events ? loaded.site.events_last : loaded.site.audit_last;
  DEPOPS_TRY(const Sequence first, first_retained(stream, last));
  return sync::StreamPosition{stream, first, last};
}

}  // namespace depops::agent
