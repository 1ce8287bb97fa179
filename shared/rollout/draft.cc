#include "shared/rollout/draft.h"

#include <algorithm>

#include "shared/base/check.h"
#include "shared/rollout/analysis_course.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/transition_table.h"

namespace depops::rollout {
namespace {

// Short fingerprint of what the machine is in, for the audit leaf. The leaf itself is hashed by the log.
std::string fingerprint_of(const Record& record) {
  std::string text = std::string(name_of(record.state)) + " " + name_of(record.phase) + " step " +
                     std::to_string(record.step) + " weight " + std::to_string(record.weight.percent) + "/" +
                     std::to_string(record.weight.verified_level);
  for (const PauseMark& pause : record.pauses) text += std::string(" ") + name_of(pause.reason);
  return text;
}

State state_now(const Record& record) {
  switch (record.phase) {
    case Phase::idle:
      return record.state;
    case Phase::preflight:
      return record.pauses.empty() ? State::pending : State::paused;
    case Phase::aborting:
      return State::rolling_back;
    case Phase::scaling:
    case Phase::weighing:
    case Phase::holding:
    case Phase::analyzing:
    case Phase::rolling:
    case Phase::promoting:
    case Phase::baking:
    case Phase::routing:
    case Phase::hooking:
    case Phase::draining:
      return record.pauses.empty() ? State::running : State::paused;
  }
  return record.state;
}

// Of these the disk must have room: they begin something, go forward or end a memory. All others stop, go back or note.
constexpr Trigger kNeedRoom[] = {
    Trigger::submit,        Trigger::resume,        Trigger::advance,       Trigger::advance_full, Trigger::skip,
    Trigger::retry,         Trigger::enough,        Trigger::ready_rolling, Trigger::next_weight,  Trigger::next_pause,
    Trigger::next_analysis, Trigger::next_scale,    Trigger::steps_over,    Trigger::rolled,       Trigger::promoted,
    Trigger::bake,          Trigger::baked,         Trigger::warm_over,     Trigger::drained,      Trigger::next_route,
    Trigger::scale,         Trigger::next_approval, Trigger::next_hook};

bool is_safe(Trigger trigger) {
  return std::find(std::begin(kNeedRoom), std::end(kNeedRoom), trigger) == std::end(kNeedRoom);
}

bool is_running(const Record& record, std::uint64_t order) {
  return std::any_of(record.hooks.begin(), record.hooks.end(), [&](const HookMark& mark) {
    return (mark.run.order == order && mark.run.state == HookState::running) ||
           (mark.undo.order == order && mark.undo.state == HookState::running);
  });
}

bool is_done(const Intent& intent, const View& view, const Record& record) {
  const WeightMark& weight = record.weight;
  switch (intent.kind) {
    case IntentKind::scale_target:
      return view.runtime && view.target.running == intent.desired;
    case IntentKind::scale_stable:
      return view.runtime && view.stable.running == intent.desired;
    case IntentKind::weight:
      return weight.percent == intent.desired && weight.verified_level >= 1;
    case IntentKind::routes:
      return record.routes.routes.size() == intent.desired && record.routes.read_back;
    case IntentKind::hook:
      return !is_running(record, intent.seq);
  }
  return false;
}

}  // namespace

Record& Draft::edit() {
  if (!next_) next_ = std::make_shared<Record>(*before_);
  return *next_;
}

void Draft::take(Trigger trigger, const Actor& by, std::string reason) {
  const auto row = row_of(record().phase, trigger);
  DEPOPS_CHECK(row.has_value());
  const Transition& transition = kTransitions[*row];
  Record& next = edit();
  if (next.phase != transition.next) {
    next.phase = transition.next;
    next.entered = Stamp::of(now_);
    next.progress.at = next.entered;
  }
  next.actor = by;
  next.reason = std::move(reason);
  decision_.rows.push_back(*row);
  decision_.safe = decision_.safe && is_safe(trigger);
  if (!first_) first_ = trigger;
  status_changed_ = true;
}

void Draft::intend(IntentKind kind, const SetId& object, std::uint32_t desired, std::uint32_t precondition) {
  Record& next = edit();
  for (const Intent& intent : next.intents) {  // over one that is open the world may be as it was before that one
    const bool open = intent.kind == kind && intent.outcome == IntentOutcome::open;
    if (open && kind != IntentKind::weight) precondition = std::max(precondition, intent.precondition);
  }
  std::erase_if(next.intents, [&](const Intent& intent) { return intent.kind == kind; });
  next.intents.push_back(
      {++next.last_intent, kind, object, desired, precondition, Stamp::of(now_), IntentOutcome::open});
  status_changed_ = true;
  if (next.phase != Phase::aborting) decision_.safe = false;
}

void Draft::order_target(std::uint32_t replicas) {
  if (record().target_replicas == replicas) return;
  intend(IntentKind::scale_target, plan().target.set, replicas, record().target_replicas);
  edit().target_replicas = replicas;
}

void Draft::order_stable(std::uint32_t replicas) {
  if (record().stable_replicas == replicas || !record().stable) return;
  intend(IntentKind::scale_stable, record().stable->set, replicas, record().stable_replicas);
  edit().stable_replicas = replicas;
}

void Draft::order_weight(std::uint32_t percent) {
  if (record().weight.percent == percent) return;
  intend(IntentKind::weight, plan().target.set, percent, record().weight.percent);
  Record& next = edit();
  next.weight = WeightMark{percent, 0, Stamp::of(now_), {}, {}, {}};
  next.drift.standing = false;
  if (next.background) close_windows(*next.background, now_);
  if (percent > 0 && !next.exposed_at) next.exposed_at = now_.wall;
}

void Draft::order_routes(std::vector<ForcedRoute> routes) {
  if (record().routes.routes == routes) return;
  intend(IntentKind::routes, plan().target.set, static_cast<std::uint32_t>(routes.size()),
         static_cast<std::uint32_t>(record().routes.routes.size()));
  Record& next = edit();
  next.routes = RouteMark{std::move(routes), false, Stamp::of(now_), {}};
  if (next.background && next.weight.percent == 0) close_windows(*next.background, now_);
  if (!next.routes.routes.empty() && !next.exposed_at) next.exposed_at = now_.wall;
}

void Draft::order_all() {
  if (!by_ratio()) order_target(target_n());
}

std::uint64_t Draft::order_hook(std::uint32_t attempt, std::uint32_t step) {
  intend(IntentKind::hook, plan().target.set, attempt, step);
  return record().last_intent;
}

bool Draft::is_dynamic() const {
  if (by_ratio()) return false;
  const auto* canary = std::get_if<Canary>(&plan().strategy);
  return canary != nullptr && canary->dynamic_stable_scale && record().stable != nullptr && !record().strategy_skipped;
}

bool Draft::paused_by_person() const {
  return std::any_of(record().pauses.begin(), record().pauses.end(), [](const PauseMark& pause) {
    return pause.reason != PauseReason::step && pause.reason != PauseReason::approval;
  });
}

const PauseMark* pause_of(const Record& record, PauseReason reason) {
  const auto found = std::ranges::find(record.pauses, reason, &PauseMark::reason);
  return found == record.pauses.end() ? nullptr : &*found;
}

void Draft::add_pause(PauseReason reason, const Actor& by, std::string why) {
  if (pause_of(record(), reason) != nullptr) return;
  edit().pauses.push_back({reason, Stamp::of(now_), by, std::move(why)});
  status_changed_ = true;
}

bool Draft::drop_pause(PauseReason reason) {
  const auto same = [&](const PauseMark& pause) { return pause.reason == reason; };
  if (std::none_of(record().pauses.begin(), record().pauses.end(), same)) return false;
  std::erase_if(edit().pauses, same);
  edit().progress.at = Stamp::of(now_);
  status_changed_ = true;
  return true;
}

void Draft::close_intents() {
  const Record& current = record();
  for (std::size_t i = 0; i < current.intents.size(); ++i) {
    const Intent& intent = current.intents[i];
    const bool old = intent.seq <= before_->last_intent;
    if (old && intent.outcome == IntentOutcome::open && is_done(intent, view_, current)) {
      edit().intents[i].outcome = IntentOutcome::done;
    }
  }
}

void Draft::settle_state() {
  const State state = state_now(record());
  if (record().state != state) edit().state = state;
}

// The view has the sets by the part they played before: what was the target may be stable by now.
View Draft::seen() const {
  View view = view_;
  const bool ended = before_->phase != Phase::idle && next_->phase == Phase::idle;
  if (ended && next_->stable && next_->stable->set == before_->plan->target.set) view.stable = view.target;
  return view;
}

Decision Draft::finish() {
  if (!next_) return std::move(decision_);
  close_intents();
  settle_state();
  if (status_changed_) decision_.reports.push_back(RolloutChanged{now_.wall, status_of(*next_, seen())});
  if (first_) {
    const bool by_command = !next_->commands->empty() && !(next_->commands == before_->commands);
    const std::string cause = by_command ? "command " + next_->commands->back().id.str()
                                         : "generation " + std::to_string(next_->epoch.value());
    decision_.leaves.push_back({now_.wall, next_->actor, std::string("rollout.") + name_of(*first_),
                                "rollout/" + next_->rollout.str(), fingerprint_of(*before_), fingerprint_of(*next_),
                                said_.value_or(next_->reason), cause});
  }
  decision_.next = std::move(next_);
  return std::move(decision_);
}

Actor self() { return Actor("agent"); }

}  // namespace depops::rollout
