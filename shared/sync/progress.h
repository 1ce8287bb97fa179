#pragma once

#include <map>
#include <optional>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/rollout/report.h"

// Which entries of the stream `events` need not be told any more because a newer one says all that they do. Pure.
namespace depops::sync {

// Statuses of one rollout that follow each other and differ in nothing but how many instances there are and what share
// of the requests they get are progress of one step: of such a run the first and the newest stay, and what lies between
// is superseded. Everything else is a result and stays: other states, phases, steps, reasons and people, an end, and
// all that is no status. Whether what is superseded was sent already is for the caller to know.
class Progress {
 public:
  struct Row {
    Sequence sequence;
    Instant at{};
  };

  // `report` was written as entry `sequence`. The entry that is superseded by it; absent: none is.
  std::optional<Row> note(const rollout::Report& report, Sequence sequence);

 private:
  static constexpr std::size_t kRunsMax = 256;  // rollouts; beyond it is forgotten what could be left out
  struct Run {
    rollout::RolloutStatus status;  // without the numbers
    Row newest;
    bool single = true;
  };
  std::map<RolloutId, Run> runs_;
};

}  // namespace depops::sync
