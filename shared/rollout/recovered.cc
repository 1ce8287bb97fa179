#include <algorithm>
#include <string>
#include <utility>

#include "shared/rollout/draft.h"
#include "shared/rollout/hook_step.h"

// The first look at the world after a start: what was ordered is compared with what is there.
namespace depops::rollout {
namespace {

bool drifted(const Intent& intent, const View& view) {
  if (intent.outcome != IntentOutcome::open) return false;
  const std::uint32_t most = std::max(intent.desired, intent.precondition);
  switch (intent.kind) {
    case IntentKind::scale_target:
      return view.runtime && view.target.running > most;
    case IntentKind::scale_stable:
      return view.runtime && view.stable.running > most;
    case IntentKind::weight:  // a share says something only while both sets can be chosen
      return view.weights && view.router && view.target.routable > 0 && view.stable.routable > 0 &&
             view.target_share != intent.desired && view.target_share != intent.precondition;
    case IntentKind::routes:  // by name and not by number: the router tells what somebody else changed
      return false;
    case IntentKind::hook:
      return false;  // that it is not there any more is asked in hook_was_lost()
  }
  return false;
}

constexpr Millis kLongestAgo = std::chrono::hours(24 * 365);  // no deadline is longer

// Over a reboot only the wall clock tells how long ago something was. That is asked once, here; from then on the time
// of this boot counts, and a wall clock that is set back puts off no deadline and no end of a pause.
void bring_over(Stamp& stamp, const Moment& now) {
  if (stamp == Stamp{} || stamp.boot == now.boot) return;
  const Millis ago = std::clamp(now.wall - stamp.wall, Millis(0), kLongestAgo);
  stamp = {now.wall - ago, now.boottime - ago, now.boot};
}

void bring_over(AnalysisMark& mark, const Moment& now) {
  bring_over(mark.started, now);
  for (OpenWindow& open : mark.open) bring_over(open.opened, now);
}

void count_by_this_boot(Record& record, const Moment& now) {
  bring_over(record.entered, now);
  bring_over(record.progress.at, now);
  bring_over(record.weight.read_back_at, now);
  bring_over(record.routes.read_back_at, now);
  for (PauseMark& pause : record.pauses) bring_over(pause.since, now);
  if (record.drift.last) bring_over(*record.drift.last, now);
  if (record.warm) bring_over(record.warm->since, now);
  for (HookMark& hook : record.hooks) {
    bring_over(hook.run.at, now);
    bring_over(hook.undo.at, now);
  }
  if (record.analysis) bring_over(*record.analysis, now);
  if (record.background) bring_over(*record.background, now);
}

}  // namespace

void on_recovered(Draft& draft) {
  const Record& record = draft.record();
  Record counted = record;
  count_by_this_boot(counted, draft.now());
  if (!(counted == record)) draft.edit() = std::move(counted);
  std::string what;
  for (std::size_t i = 0; i < record.intents.size(); ++i) {
    const Intent intent = record.intents[i];
    if (!drifted(intent, draft.view())) continue;
    draft.edit().intents[i].outcome = IntentOutcome::drifted;
    what = std::string(name_of(intent.kind)) + " of " + intent.object.str() + " is neither " +
           std::to_string(intent.desired) + " as ordered nor " + std::to_string(intent.precondition) + " as before";
  }
  hook_was_lost(draft);
  if (!what.empty()) take_drift(draft, what);
}

}  // namespace depops::rollout
