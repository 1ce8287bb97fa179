#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "shared/audit/leaf.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/rollout/record.h"
#include "shared/rollout/report.h"
#include "shared/sync/frame.h"
#include "shared/trust/accept_root.h"

// What the agent remembers. Domain values only; how they are encoded is the adapter's affair.
namespace depops::agent {

// One entry of an up stream: events carry reports, audit carries leaves. Encoded once, when it is committed.
struct OutboxRow {
  sync::Stream stream = sync::Stream::events;
  Sequence seq;
  std::variant<rollout::Report, audit::Leaf> entry;
  bool operator==(const OutboxRow&) const = default;
};

// What the site as a whole must not forget. Floors only rise.
struct SiteState {
  Generation generation;          // floor: newest desired state accepted
  HubEpoch hub_epoch;             // floor: newest epoch obeyed
  std::uint64_t runtime_seq = 0;  // newest orders given, persisted before they are
  std::uint64_t router_seq = 0;
  Sequence events_last;  // newest entry written per stream
  Sequence audit_last;
  Sequence events_acked;  // committed at the hub
  Sequence audit_acked;
  sync::SessionToken token{};  // the newest the hub gave; stored before it is presented
  std::string frozen{};        // why the hub takes nothing from this site, as it said; empty: it does
  Stamp time{};                // trusted then, and a floor for ever; without a boot only a floor
  bool operator==(const SiteState&) const = default;
};

// What was believed here. Written before anything is done that it allowed.
struct TrustState {
  std::optional<trust::SignedRoot> root;  // newer than the pinned one; absent: none came yet
  std::vector<Digest> accepted;           // newest documents, oldest first, at most trust::kBasesMax
};

// One transaction: all of it or nothing.
struct JournalBatch {
  std::optional<SiteState> site;
  std::vector<std::shared_ptr<const rollout::Record>> records;  // replaced whole, by service
  std::vector<OutboxRow> outbox;
  std::vector<OutboxRow> buried;       // tombstones in the place of entries that were never sent; after `outbox`
  std::optional<std::string> desired;  // exact bytes of the signed document now held
  // True if it only stops things, rolls back or notes: such may use the reserve when the disk is full.
  bool safe = true;
  std::optional<TrustState> trust{};

  bool empty() const { return !site && records.empty() && outbox.empty() && buried.empty() && !desired && !trust; }
  // What a later turn changed, so that many turns become one transaction.
  void append(JournalBatch later);
};

struct Loaded {
  std::string incarnation;  // 32 hex digits, made when the journal was made
  SiteState site;
  std::vector<std::shared_ptr<const rollout::Record>> records;
  std::string desired;
  Sequence events_first;  // oldest entry retained per stream; last + 1 when there is none
  Sequence audit_first;
  TrustState trust{};
  std::string damaged{};  // which rows are not as they were written; then nothing goes forward here. Empty: none
};

// Thread: the driver's writer thread, one call at a time. A journal file belongs to one process: opening it twice is
// `conflict`.
class Journal {
 public:
  virtual ~Journal() = default;

  virtual Result<Loaded> load() = 0;

  // Durable when it returns. Disk full: the first time, the reserve file is freed. A batch that is `safe` is then
  // written into that room, any other is refused with `exhausted` and nothing of it is kept: the agent is built again
  // from load() and told that storage is full. Once the reserve is used up `safe` batches are refused too: the agent
  // only observes.
  virtual Result<void> commit(const JournalBatch& batch) = 0;

  // Encoded entries first, first+1, ...: at most `max_entries`, and at most `max_bytes` unless the first alone is
  // longer.
  virtual Result<std::vector<std::string>> read(sync::Stream stream, Sequence first, std::uint64_t max_entries,
                                                std::uint64_t max_bytes) = 0;

  // Removes acknowledged entries that are older than 7 days or beyond 200 MiB (the replay reserve that saves a restored
  // hub) and gives back what is retained now.
  virtual Result<sync::StreamPosition> prune(sync::Stream stream, Sequence acked, Instant now) = 0;

  // Raises the number of connects by one, durably, and returns it.
  virtual Result<std::uint64_t> next_session() = 0;
};

}  // namespace depops::agent
