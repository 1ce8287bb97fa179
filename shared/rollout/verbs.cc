#include <algorithm>

#include "shared/rollout/approval_step.h"
#include "shared/rollout/draft.h"
#include "shared/rollout/hook_step.h"

// Verbs of people and of the hub: every one, in every phase, has its effect or is refused with the reason.
namespace depops::rollout {
namespace {

Trigger trigger_of(Verb verb) {
  switch (verb) {
    case Verb::pause:
      return Trigger::pause;
    case Verb::resume:
      return Trigger::resume;
    case Verb::advance:
      return Trigger::advance;
    case Verb::advance_full:
      return Trigger::advance_full;
    case Verb::skip:
      return Trigger::skip;
    case Verb::abort:
      return Trigger::abort;
    case Verb::retry:
      return Trigger::retry;
    case Verb::scale:
      return Trigger::scale;
    case Verb::approve:
      return Trigger::approve;
    case Verb::reject:
      return Trigger::reject;
  }
  return Trigger::abort;
}

std::string refusal(const Record& record, Verb verb) {
  const std::string where = std::string("the rollout is ") + name_of(record.phase);
  if (record.phase == Phase::idle) {
    return std::string("nothing is under way: there is nothing to ") + name_of(verb) +
           (verb == Verb::abort ? "; to go back to an earlier version use rollback" : "");
  }
  if (record.phase == Phase::aborting) return "it is on its way back to the stable version; pauses and steps are over";
  if (verb == Verb::retry) return where + ": retry is for one that ended; abort it first";
  if (verb == Verb::advance) return where + ": advance goes past a pause step, and there is none now";
  if (verb == Verb::skip) return where + ": only a scaling, header, pause, analysis or hook step can be skipped";
  if (verb == Verb::approve || verb == Verb::reject) return where + ": no approval is asked for now";
  return where + ": " + name_of(verb) + " has no meaning there";
}

Answer do_pause(Draft& draft, const Command& command) {
  for (const PauseMark& pause : draft.record().pauses) {
    if (pause.reason == PauseReason::user) return {false, "it is paused already, by " + pause.by.str()};
  }
  draft.take(Trigger::pause, command.actor, reason_of(command));
  draft.add_pause(PauseReason::user, command.actor, command.reason);
  return {true, "paused"};
}

// A weight that could not be verified is measured anew.
void measure_again(Draft& draft) {
  Record& record = draft.edit();
  record.weight.verified_level = 0;
  record.weight.since = {};
  record.drift.standing = false;
  ++record.order;
}

Answer do_resume(Draft& draft, const Command& command) {
  const bool user = draft.drop_pause(PauseReason::user);
  const bool unsure = draft.drop_pause(PauseReason::inconclusive);
  const bool outage = draft.drop_pause(PauseReason::metric_outage);
  const bool drift = draft.drop_pause(PauseReason::drift);
  const bool failure = draft.drop_pause(PauseReason::failure);
  if (!user && !unsure && !outage && !drift && !failure) {
    if (waits_for_approval(draft.record())) return {false, approvals_missing(draft.record()) + ": use approve"};
    return {false, draft.paused() ? "only the step's own pause holds it: use advance" : "it is not paused"};
  }
  draft.take(Trigger::resume, command.actor, reason_of(command));
  if (drift) measure_again(draft);
  if (failure) forgive(draft);
  if (draft.record().phase == Phase::hooking && (unsure || failure)) run_hook_anew(draft);
  if (!unsure && !outage && !drift && !failure) return {true, "resumed"};
  if (draft.record().phase == Phase::analyzing) begin_analysis(draft, draft.record().analysis->attempt + 1);
  begin_background_anew(draft);
  return {true, "resumed"};
}

Answer do_advance(Draft& draft, const Command& command) {
  if (draft.record().phase == Phase::baking) {
    draft.take(Trigger::advance, command.actor, reason_of(command));
    return {true, "the bake time is over"};
  }
  draft.drop_pause(PauseReason::step);
  draft.take(Trigger::advance, command.actor, reason_of(command));
  if (draft.paused()) return {true, "the step's pause is over; other pauses still hold it"};
  go_past_step(draft, command.actor, reason_of(command));
  return {true, "advanced"};
}

Answer do_skip(Draft& draft, const Command& command) {
  draft.take(Trigger::skip, command.actor, reason_of(command));
  draft.drop_pause(PauseReason::step);
  draft.drop_pause(PauseReason::inconclusive);
  draft.drop_pause(PauseReason::metric_outage);
  begin_background_anew(draft);
  go_past_step(draft, command.actor, reason_of(command));
  return {true, "step skipped"};
}

Answer do_advance_full(Draft& draft, const Command& command) {
  draft.drop_pause(PauseReason::step);
  draft.drop_pause(PauseReason::inconclusive);
  draft.drop_pause(PauseReason::metric_outage);
  draft.take(Trigger::advance_full, command.actor, reason_of(command));
  draft.edit().analysis.reset();
  end_hooks(draft);
  begin_background_anew(draft);
  if (draft.record().phase == Phase::preflight) {
    draft.edit().strategy_skipped = true;
  } else {
    draft.order_all();
  }
  return {true, draft.paused() ? "remaining steps dropped; it is still paused" : "remaining steps dropped"};
}

Answer do_abort(Draft& draft, const Command& command) {
  const Record& record = draft.record();
  if (gave_up_stable(draft) && !is_held(record)) {  // a failure that is held goes back from everywhere
    return {false, "the stable version has given up instances already: use rollback"};
  }
  if (record.phase == Phase::aborting) {
    draft.take(Trigger::abort, command.actor, record.reason);
    return {true, "it is on its way back already"};
  }
  begin_abort(draft, Trigger::abort, command.actor, reason_of(command));
  return {true, "aborting"};
}

Answer do_retry(Draft& draft, const Command& command) {
  if (draft.record().next) {
    return {false, "rollout " + draft.record().next->rollout.str() + " superseded it and begins now"};
  }
  const State state = draft.record().state;
  const bool undone = state == State::rolled_back || state == State::aborted || state == State::failed;
  if (!undone || !draft.record().plan) return {false, "the last rollout did not fail: there is nothing to retry"};
  draft.take(Trigger::retry, command.actor, reason_of(command));
  Record& record = draft.edit();
  ++record.attempt;
  reset_rollout(record);
  record.warm.reset();
  return {true, "started again"};
}

Answer do_scale(Draft& draft, const Command& command) {
  const Record& record = draft.record();
  if (!record.stable && record.phase == Phase::idle) return {false, "nothing is deployed here: deploy a version first"};
  if (const auto nodes = draft.view().sized)
    return {false, "the cluster decides how many instances a DaemonSet has, one on each node that it fits: " +
                       std::to_string(*nodes) + " now; change the nodes' labels, or its nodeSelector"};
  const std::uint32_t n = command.replicas.value_or(1);
  if (n < 1 || n > kSizeMax) return {false, std::to_string(n) + " instances are not possible: 1 to 1,000"};
  const bool same = record.size ? record.size->replicas == command.replicas : !command.replicas;
  if (same && (!record.size || record.size->ordered)) return {true, "it is so already"};
  const std::string reason = record.reason;  // why it is in its state is not why it is scaled
  draft.take(Trigger::scale, command.actor, reason);
  draft.say(reason_of(command));
  scale_to(draft, command.replicas);
  const bool waits = draft.record().size && !draft.record().size->ordered;
  const std::string size = std::to_string(record.stable ? draft.stable_n() : draft.target_n()) + " instances";
  return {true, waits ? "goes to " + size + " when the weight being written was read back" : "goes to " + size};
}

Answer carry_out(Draft& draft, const Command& command) {
  const Record& record = draft.record();
  if (command.expected_step && *command.expected_step != record.step) {
    return {false, "step " + std::to_string(*command.expected_step) + " was expected, it is at step " +
                       std::to_string(record.step) + " now: look again"};
  }
  if (!draft.can(trigger_of(command.verb))) return {false, refusal(record, command.verb)};
  if (std::string why = passes_approval(record, command.verb); !why.empty()) return {false, std::move(why)};
  switch (command.verb) {
    case Verb::pause:
      return do_pause(draft, command);
    case Verb::resume:
      return do_resume(draft, command);
    case Verb::advance:
      return do_advance(draft, command);
    case Verb::advance_full:
      return do_advance_full(draft, command);
    case Verb::skip:
      return do_skip(draft, command);
    case Verb::abort:
      return do_abort(draft, command);
    case Verb::retry:
      return do_retry(draft, command);
    case Verb::scale:
      return do_scale(draft, command);
    case Verb::approve:
      return do_approve(draft, command);
    case Verb::reject:
      return do_reject(draft, command);
  }
  return {false, "unknown verb"};
}

// Given again, a command gets the same answer and does nothing.
bool answered_before(Draft& draft, const Command& command) {
  for (const SeenCommand& seen : *draft.record().commands) {
    if (seen.id != command.id) continue;
    draft.decision().accepted = seen.accepted;
    draft.decision().answer = seen.answer;
    return true;
  }
  return false;
}

void remember(Draft& draft, const Command& command, const RolloutId& rollout, const Answer& answer) {
  draft.decision().accepted = answer.accepted;
  draft.decision().answer = answer.text;
  Record& record = draft.edit();
  record.commands.edit([&](std::vector<SeenCommand>& seen) {
    seen.push_back({command.id, answer.accepted, answer.text});
    if (seen.size() > kCommandsKept) seen.erase(seen.begin());
  });
  draft.note(CommandAnswered{draft.now().wall, rollout, command.id, answer.accepted, answer.text});
}

}  // namespace

std::string reason_of(const Command& command) {
  std::string text = std::string(name_of(command.verb)) + " by " + command.actor.str();
  if (command.verb == Verb::scale)
    text = "scaled to " + (command.replicas ? std::to_string(*command.replicas) : "what it declares") + " by " +
           command.actor.str();
  if (!command.reason.empty()) text += ": " + command.reason;
  return text;
}

void on_command(Draft& draft, const Command& command) {
  if (answered_before(draft, command)) return;
  const Answer answer = carry_out(draft, command);
  remember(draft, command, draft.record().rollout, answer);
}

Decision answer_waiting(const std::shared_ptr<const Record>& record, const Command& command, const View& view,
                        const Moment& now) {
  Watch watch;
  Draft draft(record, view, watch, now);
  if (!record->next || answered_before(draft, command)) return draft.finish();
  const RolloutId rollout = record->next->rollout;
  Answer answer{false, "it has not begun here: " + record->rollout.str() + " goes back to the stable version first"};
  if (command.verb == Verb::abort) {
    answer = {true, "aborted before it began here; nothing was changed"};
    drop_next(draft, command.actor, reason_of(command));
    draft.decision().leaves.push_back({now.wall, command.actor, "rollout.abort", "rollout/" + rollout.str(), "waiting",
                                       name_of(State::aborted), reason_of(command), "command " + command.id.str()});
  }
  remember(draft, command, rollout, answer);
  return draft.finish();
}

Decision refuse(const std::shared_ptr<const Record>& record, const Command& command, const RolloutId& rollout,
                const std::string& why, const View& view, const Moment& now) {
  Watch watch;
  Draft draft(record, view, watch, now);
  if (!answered_before(draft, command)) remember(draft, command, rollout, {false, why});
  return draft.finish();
}

}  // namespace depops::rollout
