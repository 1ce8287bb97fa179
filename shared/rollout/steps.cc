#include <algorithm>

#include "shared/rollout/amount.h"
#include "shared/rollout/approval_step.h"
#include "shared/rollout/batch.h"
#include "shared/rollout/draft.h"
#include "shared/rollout/hook_step.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/watching.h"

// The steps of a canary: capacity first, then the weight, then its verification; only then what is not needed goes.
namespace depops::rollout {
namespace {

// What a scaling step needs before it goes on: instances of the target, and the weight those serve.
struct Need {
  std::uint32_t target = 0;
  std::uint32_t percent = 0;
  bool exact = false;  // the target may shrink to it
};

Need need_of(const Draft& draft, const Step& step) {
  const std::uint32_t n = draft.target_n();
  if (const auto* scale = std::get_if<SetScale>(&step)) {
    const std::uint32_t percent = draft.record().weight.percent;
    return {std::max(count_of(scale->replicas, n), instances_for(percent, n)), percent, true};
  }
  const std::uint32_t percent = share_asked(step, n).value_or(0);
  return {instances_for(percent, n), percent, false};
}

std::uint32_t stable_needs(const Draft& draft, std::uint32_t percent) {
  if (!draft.is_dynamic()) return 0;
  return stable_keeps(std::get<Canary>(draft.plan().strategy), percent, draft.stable_n());
}

void order_capacity(Draft& draft, const Need& need) {
  const std::uint32_t now = draft.record().target_replicas;
  draft.order_target(need.exact ? need.target : std::max(now, need.target));
  if (!draft.is_dynamic()) return;
  draft.order_stable(std::max(draft.record().stable_replicas, stable_needs(draft, need.percent)));
}

Trigger trigger_of(const Step& step) {
  if (share_asked(step, 1)) return Trigger::next_weight;
  if (std::holds_alternative<SetScale>(step)) return Trigger::next_scale;
  if (std::holds_alternative<SetHeader>(step)) return Trigger::next_route;
  if (std::holds_alternative<Approval>(step)) return Trigger::next_approval;
  if (std::holds_alternative<Hook>(step)) return Trigger::next_hook;
  return std::holds_alternative<Pause>(step) ? Trigger::next_pause : Trigger::next_analysis;
}

}  // namespace

const Step& step_of(const Draft& draft) { return std::get<Canary>(draft.plan().strategy).steps[draft.record().step]; }

void observe_scaling(Draft& draft) {
  const View& view = draft.view();
  if (draft.paused() || !view.runtime) return;
  const Step& step = step_of(draft);
  const std::optional<std::uint32_t> share = share_asked(step, draft.target_n());
  if (draft.by_ratio() && share) return observe_ratio(draft, *share);
  const Need need = need_of(draft, step);
  order_capacity(draft, need);  // a step that was entered while paused ordered nothing yet
  if (!draft.is_led()) return;
  if (view.target.routable < need.target || view.stable.routable < stable_needs(draft, need.percent)) return;
  if (need.exact) return go_past_step(draft, self(), std::to_string(need.target) + " instances of the new version");
  draft.take(Trigger::enough, self(), "enough instances for " + std::to_string(need.percent) + " % of the requests");
  draft.order_weight(need.percent);
}

void pause_unverified(Draft& draft) {
  if (pause_of(draft.record(), PauseReason::drift) != nullptr) return;
  const std::string why =
      "the measured share of requests is not the ordered " + std::to_string(draft.record().weight.percent) + " %";
  draft.take(Trigger::unverified, self(), why);
  draft.add_pause(PauseReason::drift, self(), why);
}

void observe_weighing(Draft& draft) {
  const int state = weight_state(draft);
  if (state < 0) return pause_unverified(draft);
  if (state > 0 && !draft.paused()) go_past_step(draft, self(), "weight verified");
}

// Stable keeps what its share needs, at least one; the rest goes when its last requests have had time to end.
void shrink_stable(Draft& draft) {
  const Record& record = draft.record();
  const bool between =
      record.phase == Phase::holding || record.phase == Phase::analyzing || record.phase == Phase::routing;
  if (!draft.is_dynamic() || !between || draft.paused_by_person() || weight_state(draft) != 1) return;
  const Millis drain = record.stable->workload.drain;
  if (record.weight.percent == 0 || elapsed(record.weight.read_back_at, draft.now(), drain) < drain) return;
  const std::uint32_t needed = std::max<std::uint32_t>(1, stable_needs(draft, record.weight.percent));
  draft.order_stable(std::min(record.stable_replicas, needed));
}

void observe_holding(Draft& draft) {
  if (const auto* approval = std::get_if<Approval>(&step_of(draft))) return observe_approval(draft, *approval);
  const auto& pause = std::get<Pause>(step_of(draft));
  if (const PauseMark* mark = pause_of(draft.record(), PauseReason::step)) {
    if (!pause.duration || elapsed(mark->since, draft.now(), *pause.duration) < *pause.duration) return;
    if (has_yet_to_look(draft)) return;
    draft.drop_pause(PauseReason::step);
  }
  if (!draft.paused()) go_past_step(draft, self(), "pause over");
}

void enter_step(Draft& draft, std::uint32_t index, const Actor& by, const std::string& reason) {
  const auto& steps = std::get<Canary>(draft.plan().strategy).steps;
  draft.edit().analysis.reset();
  draft.edit().approvals.clear();
  end_hooks(draft);
  if (index >= steps.size()) {
    draft.take(Trigger::steps_over, by, reason);
    draft.edit().step = static_cast<std::uint32_t>(steps.size());
    return draft.order_all();
  }
  const Step& step = steps[index];
  const Trigger trigger = trigger_of(step);
  draft.take(trigger, by, reason);
  Record& record = draft.edit();
  record.step = index;
  record.entered = Stamp::of(draft.now());
  record.progress = {record.entered, 0, 0};
  if (trigger == Trigger::next_pause) return draft.add_pause(PauseReason::step, self(), "pause step");
  if (trigger == Trigger::next_approval) return begin_approval(draft);
  if (trigger == Trigger::next_hook) return begin_hook(draft);
  if (trigger == Trigger::next_analysis) return begin_analysis(draft, 1);
  if (trigger == Trigger::next_route) return observe_routing(draft);
  if (!draft.paused() && !draft.by_ratio()) order_capacity(draft, need_of(draft, step));
}

void go_past_step(Draft& draft, const Actor& by, const std::string& reason) {
  enter_step(draft, draft.record().step + 1, by, reason);
}

}  // namespace depops::rollout
