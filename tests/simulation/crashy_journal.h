#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/ports/journal.h"
#include "tests/simulation/bugs.h"
#include "tests/simulation/rng.h"

namespace depops::simulation {

// Keeps what was committed and nothing else. Entries are "encoded" as the number of their row, so that the hub's side
// can look the value up again.
class CrashyJournal {
 public:
  // `tag` begins every entry, so that a hub of several sites knows whose it is.
  CrashyJournal(Rng& rng, Bug bug, std::string tag) : rng_(rng), bug_(bug), tag_(std::move(tag)) {
    kept_.incarnation = "00112233445566778899aabbccddeeff";
  }

  // What a copy of the disk has: its entries keep the tag of the host they were written at.
  void become_copy_of(const CrashyJournal& other);
  // False: the disk is full and the batch may not use the reserve; nothing was kept.
  bool commit(const agent::JournalBatch& batch);
  agent::Loaded load() const;
  std::vector<std::string> read(sync::Stream stream, Sequence first, std::uint64_t entries);

  void set_full(bool full) { full_ = full; }
  bool full() const { return full_; }
  const agent::SiteState& site() const { return kept_.site; }
  const rollout::Record* record() const { return kept_.records.empty() ? nullptr : kept_.records.front().get(); }
  std::uint64_t buried() const { return buried_; }
  std::uint64_t entries(sync::Stream stream) const;
  // All that was ever written, in order, whatever bug the reading has.
  const std::vector<agent::OutboxRow>& rows() const { return rows_; }
  const agent::OutboxRow& row(const std::string& entry) const;

 private:
  void write(const std::vector<agent::OutboxRow>& outbox);
  void replace(const agent::OutboxRow& row);

  Rng& rng_;
  Bug bug_;
  std::string tag_;
  std::string copied_tag_;  // of the first `copied_` rows
  std::size_t copied_ = 0;
  bool full_ = false;
  agent::Loaded kept_;
  std::vector<agent::OutboxRow> rows_;
  std::uint64_t buried_ = 0;  // entries in whose place a tombstone was written
  std::uint64_t read_ = 0;    // newest event that was read to be sent
  std::map<std::uint64_t, std::size_t> events_;
  std::map<std::uint64_t, std::size_t> audit_;
};

}  // namespace depops::simulation
