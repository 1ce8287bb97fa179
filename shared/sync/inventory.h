#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "shared/sync/facts.h"

// Both ends of the comparison of facts (facts.h).
namespace depops::sync {

// At the site: everything at one moment. It answers from the same cut until the hub asks for another.
struct Cut {
  std::string name;
  Sequence events;  // newest entries of the streams that are in it
  Sequence audit;
  Facts facts;
};

Inventory inventory_of(const Cut& cut);
// A part beyond the end is empty and the last.
SnapshotPart part_of(const Cut& cut, const SnapshotAsk& ask);

// What the reports of a site say about a fact, between two snapshots.
void apply(const rollout::RolloutStatus& status, Fact& fact);

// At the hub: its copy of what one site knows. Rule: the copy is a cut of the site and the reports that came after it,
// never a mixture of two cuts. Parts are staged here and the copy is switched at once, so that the caller stores it in
// one transaction.
class FactsMirror {
 public:
  struct Switched {
    std::vector<ServiceName> changed;  // rows to store
    std::vector<ServiceName> removed;
  };
  struct Step {
    std::optional<SnapshotAsk> ask;    // to send
    std::optional<Switched> switched;  // the copy is the cut now
    bool agreed = false;               // the copy is what the site has
    bool refused = false;              // what the site sent does not fit together; the next Hello begins anew
  };

  // `received`: entries of stream `events` that are applied here, of which it is not known any more which facts they
  // told; an older cut is not taken.
  void load(Facts facts, Sequence as_of, Sequence received);
  // Another life of the site: its streams begin anew. The copy stays until it is replaced.
  void begin_anew();

  // What a Hello said. Nothing: both are equal. Else what to ask for; a snapshot that was under way goes on.
  std::optional<std::variant<InventoryAsk, SnapshotAsk>> on_root(const FactsRoot& told) const;
  Step on_inventory(const Inventory& inventory);
  Step on_part(SnapshotPart part);
  // True: the copy changed.
  bool on_status(Sequence sequence, const rollout::RolloutStatus& status);

  const Facts& facts() const noexcept { return facts_; }
  Sequence as_of() const noexcept { return as_of_; }  // entries of stream `events` that are in the copy
  std::size_t staged() const noexcept { return staging_ ? staging_->rows.size() : 0; }

 private:
  struct Staging {
    Inventory inventory;
    SnapshotAsk next;
    Facts rows;   // of the buckets that differ, so far
    Facts equal;  // of the others, as they were when they were compared
  };

  Step switch_over();
  void note_cut(Sequence events);

  Facts facts_;
  Sequence as_of_;
  Sequence received_;                         // at load()
  std::map<ServiceName, Sequence> reported_;  // the newest report of each since the last cut
  std::optional<Staging> staging_;
};

}  // namespace depops::sync
