#include "shared/rollout/approval_step.h"

#include <algorithm>

#include "shared/rollout/approver.h"
#include "shared/rollout/watching.h"

namespace depops::rollout {
namespace {

std::string people(const Record& record) {
  std::string text;
  for (const ApprovalMark& mark : record.approvals) text += (text.empty() ? "" : ", ") + mark.by.str();
  return text;
}

// "1 of 2 approvals, by alice"
std::string tally(const Record& record, const Approval& approval) {
  std::string text = std::to_string(record.approvals.size()) + " of " + std::to_string(approval.count) +
                     (approval.count == 1 ? " approval" : " approvals");
  return record.approvals.empty() ? text : text + ", by " + people(record);
}

void tell_missing(Draft& draft, const Approval& approval) {
  const std::string why = tally(draft.record(), approval) + "; " + approvals_missing(draft.record());
  for (PauseMark& pause : draft.edit().pauses) {
    if (pause.reason == PauseReason::approval) pause.why = why;
  }
}

std::string step_number(std::size_t step) { return "step " + std::to_string(step + 1); }

bool approved_by(const Record& record, const Actor& actor) {
  return std::any_of(record.approvals.begin(), record.approvals.end(),
                     [&](const ApprovalMark& mark) { return person_of(mark.by) == person_of(actor); });
}

std::string why_refused(const Draft& draft, const Approval& approval, const Actor& actor) {
  const Record& record = draft.record();
  if (is_excluded(draft.plan(), approval, actor))
    return actor.str() + " asked for this release, and this step wants somebody else: exclude names the requester";
  if (!approved_by(record, actor)) return {};
  return actor.str() + " approved it already and counts once; " + approvals_missing(record);
}

std::string no_approval(const Record& record) {
  if (approval_of(record) != nullptr) return "it is approved already; other pauses hold it: use resume";
  return "no approval is asked for now: the rollout is " + std::string(name_of(record.phase)) + " at " +
         step_number(record.step);
}

}  // namespace

const Approval* approval_of(const Record& record) {
  if (record.phase != Phase::holding || !record.plan) return nullptr;
  const auto* canary = std::get_if<Canary>(&record.plan->strategy);
  if (canary == nullptr || record.step >= canary->steps.size()) return nullptr;
  return std::get_if<Approval>(&canary->steps[record.step]);
}

bool waits_for_approval(const Record& record) {
  return approval_of(record) != nullptr && pause_of(record, PauseReason::approval) != nullptr;
}

std::string approvals_missing(const Record& record) {
  const Approval* approval = approval_of(record);
  if (approval == nullptr || record.approvals.size() >= approval->count) return {};
  const std::size_t missing = approval->count - record.approvals.size();
  return std::to_string(missing) + (record.approvals.empty() ? "" : " more") +
         (missing == 1 ? " person has to approve it" : " different people have to approve it");
}

std::string passes_approval(const Record& record, Verb verb) {
  if (verb != Verb::advance && verb != Verb::advance_full && verb != Verb::skip) return {};
  const std::string remedy = "use approve, or reject to go back";
  if (waits_for_approval(record)) {
    return step_number(record.step) + " waits for an approval that " + name_of(verb) +
           " does not go past: " + approvals_missing(record) + "; " + remedy;
  }
  const auto* canary = record.plan ? std::get_if<Canary>(&record.plan->strategy) : nullptr;
  if (verb != Verb::advance_full || canary == nullptr || record.strategy_skipped) return {};
  for (std::size_t i = record.step; i < canary->steps.size(); ++i) {
    if (i == record.step && approval_of(record) != nullptr) continue;
    if (!std::holds_alternative<Approval>(canary->steps[i])) continue;
    return step_number(i) + " is an approval, and no verb leaves that out: advance step by step";
  }
  return {};
}

void begin_approval(Draft& draft) {
  draft.add_pause(PauseReason::approval, self(), "");
  tell_missing(draft, *approval_of(draft.record()));
}

void observe_approval(Draft& draft, const Approval& approval) {
  std::string why = "approved: " + tally(draft.record(), approval);
  if (const PauseMark* mark = pause_of(draft.record(), PauseReason::approval)) {
    if (!approval.timeout || elapsed(mark->since, draft.now(), *approval.timeout) < *approval.timeout) return;
    why = tally(draft.record(), approval) + " in " + std::to_string(approval.timeout->count() / 1'000) + " s";
    if (approval.on_timeout == Approval::OnTimeout::abort) return begin_abort(draft, Trigger::unapproved, self(), why);
    if (has_yet_to_look(draft)) return;
    draft.drop_pause(PauseReason::approval);
  }
  if (!draft.paused()) go_past_step(draft, self(), why);
}

Answer do_approve(Draft& draft, const Command& command) {
  if (!waits_for_approval(draft.record())) return {false, no_approval(draft.record())};
  const Approval approval = *approval_of(draft.record());
  const std::string refused = why_refused(draft, approval, command.actor);
  if (!refused.empty()) return {false, refused};
  draft.take(Trigger::approve, command.actor, reason_of(command));
  draft.edit().approvals.push_back({command.actor, draft.now().wall, command.reason});
  if (draft.record().approvals.size() < approval.count) {
    tell_missing(draft, approval);
    return {true, "counted: " + tally(draft.record(), approval) + "; " + approvals_missing(draft.record())};
  }
  const std::string text = "approved: " + tally(draft.record(), approval);
  draft.drop_pause(PauseReason::approval);
  if (draft.paused()) return {true, text + "; other pauses still hold it"};
  go_past_step(draft, command.actor, text);
  return {true, text};
}

Answer do_reject(Draft& draft, const Command& command) {
  if (!waits_for_approval(draft.record()))
    return {false, no_approval(draft.record()) + "; abort ends a rollout at any time"};
  begin_abort(draft, Trigger::reject, command.actor, reason_of(command));
  return {true, "rejected: going back"};
}

}  // namespace depops::rollout
