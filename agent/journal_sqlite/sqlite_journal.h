#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/journal_sqlite/reserve_file.h"
#include "agent/ports/journal.h"
#include "shared/sqlite/connection.h"

namespace depops::agent {

struct JournalOptions {
  std::uint64_t reserve_bytes = 64 << 20;    // held in "<path>.reserve"
  std::uint64_t retained_bytes = 200 << 20;  // acknowledged entries kept per stream
  Millis retained_for{7LL * 24 * 3'600 * 1'000};
  std::uint32_t cache_kib = 256;
};

// The agent's journal in one SQLite file that belongs to this process alone. Thread: one at a time (the writer's).
class SqliteJournal : public Journal {
 public:
  // Opens or makes the file, brings its schema up to date and checks all of it. `corrupt`: the file is damaged, and the
  // agent must not start on it; `conflict`: another agent has it.
  static Result<std::unique_ptr<SqliteJournal>> open(const std::string& path, const JournalOptions& options = {});

  Result<Loaded> load() override;
  Result<void> commit(const JournalBatch& batch) override;
  Result<std::vector<std::string>> read(sync::Stream stream, Sequence first, std::uint64_t max_entries,
                                        std::uint64_t max_bytes) override;
  Result<sync::StreamPosition> prune(sync::Stream stream, Sequence acked, Instant now) override;
  Result<std::uint64_t> next_session() override;

  // The journal belongs to the machine of this fingerprint from now on. `conflict`: it belongs to another one, and the
  // agent must not act on it.
  Result<void> claim(const std::string& machine);

  // False: the disk was full and has not recovered; only `safe` batches are written.
  bool has_reserve() const noexcept { return reserve_.held(); }
  // The disk is full and somebody else needs room so that the agent can start at all: as at the first refused commit.
  void give_up_reserve() { reserve_.free(); }

 private:
  SqliteJournal(sqlite::Connection connection, const JournalOptions& options);
  Result<void> make_site();
  Result<void> measure_outbox();
  Result<void> write(const JournalBatch& batch);
  Result<void> write_site(const SiteState& site);
  Result<void> write_outbox(const OutboxRow& row);
  Result<void> bury(const OutboxRow& row);
  Result<void> load_site(Loaded& loaded);
  Result<void> load_records(Loaded& loaded);
  Result<void> note_damage(Loaded& loaded, const std::string& service);
  Result<void> load_trust(Loaded& loaded);
  Result<void> write_trust(const TrustState& trust);
  Result<Sequence> first_retained(sync::Stream stream, Sequence last);
  Result<Sequence> removable(sync::Stream stream, Sequence acked, Instant now);
  std::uint64_t& bytes_of(sync::Stream stream) { return stream_bytes_[static_cast<std::size_t>(stream) - 1]; }

  sqlite::Connection db_;
  JournalOptions options_;
  ReserveFile reserve_;
  std::array<std::uint64_t, 2> stream_bytes_{};
};

}  // namespace depops::agent
