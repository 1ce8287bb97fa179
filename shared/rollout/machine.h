#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "shared/audit/leaf.h"
#include "shared/rollout/record.h"
#include "shared/rollout/report.h"
#include "shared/rollout/verb.h"
#include "shared/rollout/view.h"

// The rollout of one service at one site as a value: record, event and time in, next record out. Nothing is done here;
// what should be done follows from the record (desired.h).
namespace depops::rollout {

// With `supersede` it ends what is under way: back to stable first, then it begins. Else it is refused meanwhile.
struct Submit : Submission {
  bool local = false;  // a person at the site goes back: its epoch need not be new
  bool supersede = false;
};

// The process came back: the world as it is, before anything is ordered again.
struct Recovered {};

// New facts, or just time.
struct Observed {};

using Event = std::variant<Submit, Command, Recovered, Observed>;

// Memory between events that may be lost: then a guard starts counting anew.
struct Watch {
  Stamp since;                // when this memory began: with the start of the agent, at the latest
  std::optional<Stamp> read;  // when a reading of the router first came in it
  Stamp opened;               // of the guard's window
  Stamp weight_ordered;       // the weight, or at weight 0 the routes, it belongs to
  analysis::Reading opening;
  std::uint32_t bad = 0;         // windows in a row with half of the canary's requests failed
  std::optional<Stamp> unready;  // since when the target lacks more instances than may be missing
};

struct Decision {
  std::shared_ptr<const Record> next;  // null: nothing changed, nothing to commit
  std::vector<Report> reports;
  std::vector<audit::Leaf> leaves;  // exactly one if a transition was taken
  std::vector<std::size_t> rows;    // of the table that were taken, in order
  bool accepted = true;             // a Submit or Command that was refused says why
  std::string answer;
  bool begins = false;  // a rollout that waited
  bool safe = true;     // it only stops, goes back or notes: allowed with a full disk
};

// Same inputs, same decision.
Decision step(const std::shared_ptr<const Record>& record, const Event& event, const View& view, Watch& watch,
              const Moment& now);

// What the caller can not let through, whatever the machine says to it: refused for good. A command for `rollout` is
// remembered and answered like any other; a target does not begin when its document comes again.
Decision refuse(const std::shared_ptr<const Record>& record, const Command& command, const RolloutId& rollout,
                const std::string& why, const View& view, const Moment& now);
Decision refuse(const std::shared_ptr<const Record>& record, const Submit& submit, const std::string& why,
                const View& view, const Moment& now);

// A verb for the rollout that waits in `record->next`: abort drops it, all others are refused until it has begun.
Decision answer_waiting(const std::shared_ptr<const Record>& record, const Command& command, const View& view,
                        const Moment& now);

// What stands in the way right now, for people; empty if something moves or nothing is under way.
std::string waiting_for(const Record& record, const View& view);

RolloutStatus status_of(const Record& record, const View& view);

inline constexpr Millis kVerifyBudget{60'000};  // for 200 requests; then a weight that was read back is enough
inline constexpr std::uint64_t kVerifyRequests = 200;
inline constexpr Millis kDriftWindow{600'000};  // a second foreign change within it is left as it is
inline constexpr Millis kReassertGap{5'000};    // while aborting
inline constexpr Millis kGuardWindow{2'000};
inline constexpr std::uint64_t kGuardRequests = 20;
inline constexpr std::uint32_t kGuardRestarts = 2;
inline constexpr Millis kGuardUnready{10'000};
inline constexpr std::size_t kHistory = 3;
inline constexpr std::size_t kCommandsKept = 64;

}  // namespace depops::rollout
