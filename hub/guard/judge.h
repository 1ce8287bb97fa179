#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "hub/guard/ledger.h"
#include "shared/trust/evidence.h"

// Whether the release key may sign a desired state, by what it signed before and by what people approved.
namespace depops::hub::guard {

inline constexpr std::uint64_t kEpochJumpMax = 1'000;  // of hub and site epochs in one step

// What of one target is not in the evidence. One for each wish, in the same order.
struct Part {
  RolloutId rollout;
  Generation epoch;
  Digest version;          // of all that would run
  bool goes_back = false;  // to an earlier version
};

struct Asked {
  trust::Evidence evidence;  // the document with the release key's own signature, which nobody else has yet
  std::vector<Part> parts;
};

// Keep `line` and `roots`, then let the signature out.
struct Signable {
  bool again = false;  // the same document as before; nothing is to be kept
  SiteLine line;
  std::vector<trust::SignedRoot> roots;       // newer than the ledger's, oldest first; each is believed
  std::vector<trust::Statement> emergencies;  // break-glass that opened the way
};

using Verdict = std::variant<Signable, trust::Refused>;

// Refuses for one site: a second document of a generation, a lower generation (unless the document says `rebase` in a
// higher hub epoch: a hub that came back from a backup), a lower site or hub epoch, a jump after which nothing could
// follow. With a trust root: what a site that goes by it would refuse, where a rollout that is not in the ledger counts
// as one that begins. `parts` has one for each wish.
Verdict judge(const Ledger& ledger, const Asked& asked, Instant now, trust::Verifies verifies);

// What somebody else signed before counts as signed here, unless the ledger knows the site: nothing then.
std::optional<Signable> adopt(const Ledger& ledger, const Asked& asked);

// What is signed from now on stands in the ledger.
void enter(Ledger& ledger, const Signable& signable);

}  // namespace depops::hub::guard
