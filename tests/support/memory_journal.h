#pragma once

#include <map>
#include <memory>
#include <string>

#include "agent/ports/journal.h"

namespace depops::test {

// What a MemoryJournal keeps; outlives it, as a disk outlives a process.
struct JournalDisk {
  struct Entry {
    Instant at{};
    std::string bytes;
  };
  std::string incarnation = "00112233445566778899aabbccddeeff";
  std::uint64_t session = 0;
  agent::SiteState site;
  agent::TrustState trust;
  std::map<ServiceName, std::shared_ptr<const rollout::Record>> records;
  std::string desired;
  std::map<std::pair<sync::Stream, Sequence>, Entry> outbox;
  bool owned = false;
  std::uint64_t room = ~std::uint64_t{0};  // batches that still fit
  std::uint64_t reserve = 3;               // batches that the reserve holds
  std::uint64_t retained_bytes = 200 << 20;
};

// The journal port in memory, with a disk that can be full. Entries are encoded by the functions given, so that pure
// tests need no wire format.
class MemoryJournal : public agent::Journal {
 public:
  using Encode = std::string (*)(const agent::OutboxRow&);
  MemoryJournal(JournalDisk& disk, Encode encode) : disk_(disk), encode_(encode) {}
  ~MemoryJournal() override;

  Result<agent::Loaded> load() override;
  Result<void> commit(const agent::JournalBatch& batch) override;
  Result<std::vector<std::string>> read(sync::Stream stream, Sequence first, std::uint64_t max_entries,
                                        std::uint64_t max_bytes) override;
  Result<sync::StreamPosition> prune(sync::Stream stream, Sequence acked, Instant now) override;
  Result<std::uint64_t> next_session() override;

 private:
  bool take_room(bool safe);
  Sequence first_of(sync::Stream stream, Sequence last) const;

  JournalDisk& disk_;
  Encode encode_;
  bool owner_ = false;
  bool full_ = false;
};

}  // namespace depops::test
