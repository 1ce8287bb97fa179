#include <algorithm>

#include "shared/rollout/draft.h"

// What a failure does: back to stable, or a pause in which a person decides.
namespace depops::rollout {

bool is_held(const Record& record) { return pause_of(record, PauseReason::failure) != nullptr; }

void fail(Draft& draft, Trigger trigger, const std::string& reason) {
  const bool decides = draft.plan().on_failure != OnFailure::rollback && draft.record().stable != nullptr &&
                       draft.plan().kind == ReleaseKind::forward;
  if (!decides || !draft.can(Trigger::failure_held)) return begin_abort(draft, trigger, self(), reason);
  if (is_held(draft.record())) return;
  const bool asks = draft.plan().on_failure == OnFailure::ask;
  const std::string until =
      asks ? "without an answer for " + std::to_string(draft.plan().answer_within.count() / 1'000) + " s it goes back"
           : "it stays so";
  draft.take(Trigger::failure_held, self(), reason + ". A person decides: abort goes back, resume goes on; " + until);
  draft.add_pause(PauseReason::failure, self(), reason);
  if (!draft.record().detected_at) draft.edit().detected_at = draft.now().wall;
}

bool go_back_unanswered(Draft& draft) {
  const PauseMark* pause = pause_of(draft.record(), PauseReason::failure);
  if (pause == nullptr || draft.plan().on_failure != OnFailure::ask) return false;
  const Millis limit = draft.plan().answer_within;
  if (elapsed(pause->since, draft.now(), limit) < limit) return false;
  const std::string why = pause->why + "; nobody decided for " + std::to_string(limit.count() / 1'000) + " s";
  begin_abort(draft, Trigger::unanswered, self(), why);
  return true;
}

// Somebody saw the failure and goes on: what was counted until now does not fail it again.
void forgive(Draft& draft) {
  Record& record = draft.edit();
  record.forgiven_restarts = std::max(record.forgiven_restarts, draft.view().target.restarts);
  record.detected_at.reset();
  record.progress = {Stamp::of(draft.now()), draft.view().target.available, record.progress.stable_available};
  draft.watch().bad = 0;
  draft.watch().unready.reset();
  draft.watch().opening.rows.clear();
}

}  // namespace depops::rollout
