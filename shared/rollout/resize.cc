#include <algorithm>
#include <string>
#include <utility>

#include "shared/rollout/amount.h"
#include "shared/rollout/batch.h"
#include "shared/rollout/draft.h"
#include "shared/rollout/replica_resize.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"

// Scaling a service in the middle of whatever it does: more instances at once, fewer only when no weight is being
// written; no set falls short of the requests it has.
namespace depops::rollout {
namespace {

bool weight_is_read_back(const Draft& draft) {
  const WeightMark& weight = draft.record().weight;
  return weight.ordered_at == Stamp{} || weight.verified_level >= 1;
}

// What the steps until now ask for at the present size, never fewer than the target's share needs.
std::uint32_t needed_by_steps(const Draft& draft) {
  const Record& record = draft.record();
  const std::uint32_t n = draft.target_n();
  const auto& steps = std::get<Canary>(draft.plan().strategy).steps;
  const bool in_step = record.phase == Phase::scaling || record.phase == Phase::routing;
  const std::size_t taken = record.step + (in_step ? 0 : 1);
  std::uint32_t needed = 0;
  std::uint32_t percent = 0;
  for (std::size_t i = 0; i < std::min(taken, steps.size()); ++i) {
    if (const auto* scale = std::get_if<SetScale>(&steps[i])) needed = count_of(scale->replicas, n);
    percent = share_asked(steps[i], n).value_or(percent);
    const auto* header = std::get_if<SetHeader>(&steps[i]);
    needed = std::max({needed, instances_for(percent, n), header != nullptr && header->match ? 1U : 0U});
  }
  return std::max(needed, instances_for(record.weight.percent, n));
}

std::uint32_t target_wants(const Draft& draft) {
  const Record& record = draft.record();
  switch (record.phase) {
    case Phase::scaling:
    case Phase::weighing:
    case Phase::holding:
    case Phase::analyzing:
    case Phase::hooking:
      return needed_by_steps(draft);
    case Phase::routing:  // what the step itself asked for
      return std::max(needed_by_steps(draft), std::min(record.target_replicas, 1U));
    case Phase::promoting:
    case Phase::baking:
    case Phase::draining:
      return draft.target_n();
    case Phase::preflight:  // what was kept warm of it
      return std::min(record.target_replicas, draft.target_n());
    case Phase::idle:
    case Phase::rolling:
    case Phase::aborting:
      return record.target_replicas;
  }
  return record.target_replicas;
}

// A stable version that gave up instances, or whose turn that is, keeps what it has, as far as its share needs it.
std::uint32_t stable_wants(const Draft& draft) {
  const Record& record = draft.record();
  const std::uint32_t n = draft.stable_n();
  if (record.phase == Phase::idle || record.phase == Phase::preflight) return n;
  if (record.size->stable_whole && !std::holds_alternative<Rolling>(draft.plan().strategy)) return n;
  const auto* canary = std::get_if<Canary>(&draft.plan().strategy);
  const std::uint32_t share = draft.is_dynamic() ? stable_keeps(*canary, record.weight.percent, n) : 0;
  return std::max(share, std::min(record.stable_replicas, n));
}

// False: something is still to be taken away, later.
bool resize_sets(Draft& draft) {
  const std::uint32_t target = target_wants(draft);
  const std::uint32_t stable = stable_wants(draft);
  const bool now = weight_is_read_back(draft);
  draft.order_target(now ? target : std::max(target, draft.record().target_replicas));
  draft.order_stable(now ? stable : std::max(stable, draft.record().stable_replicas));
  if (draft.record().warm) draft.edit().warm->replicas = draft.stable_n();
  return now;
}

// Instances of stable that an order took away which was not seen carried out: they may serve still.
std::uint32_t still_there(const Record& record) {
  for (const Intent& intent : record.intents) {
    const bool open = intent.kind == IntentKind::scale_stable && intent.outcome == IntentOutcome::open;
    if (open) return std::min(intent.precondition, stable_size(record));
  }
  return 0;
}

// As Kubernetes does it: both sets in proportion, within the surge. What is taken away leaves each set what its share
// of the requests needs, and enough of both available.
bool resize_in_proportion(Draft& draft) {
  const Record& record = draft.record();
  const std::uint32_t n = draft.target_n();
  const std::uint32_t before = record.size->target_before;
  const Bounds bounds = bounds_now(draft, n);
  const std::uint32_t most = before + bounds_now(draft, before).surge;
  const auto sizes = resized(n, bounds.surge, {{record.target_replicas, most}, {record.stable_replicas, most}});
  if (n >= before) {
    const std::uint32_t room = n + bounds.surge;
    const std::uint32_t kept = std::min(still_there(record), room - std::min(room, record.target_replicas));
    const std::uint32_t stable = std::max({record.stable_replicas, sizes[1], kept});
    draft.order_target(std::max(record.target_replicas, std::min(sizes[0], room - std::min(room, stable))));
    draft.order_stable(stable);
    return true;
  }
  const View& view = draft.view();
  if (!view.runtime || !weight_is_read_back(draft)) return false;
  const std::uint32_t percent = record.weight.percent;
  const std::uint32_t target = std::min(record.target_replicas, std::max(sizes[0], instances_for(percent, n)));
  const std::uint32_t there = std::min(view.target.routable, target) + std::min(bounds.unavailable, n);
  const std::uint32_t needed = std::max(instances_for(100 - percent, n), n > there ? n - there : 0);
  draft.order_target(target);
  draft.order_stable(std::min(record.stable_replicas, std::max(sizes[1], needed)));
  return true;
}

// Where instances take the place of others, both sets change; else each has what it needs.
bool in_proportion(const Draft& draft) {
  const Phase phase = draft.record().phase;
  return phase == Phase::rolling || (draft.by_ratio() && phase != Phase::idle && phase != Phase::preflight);
}

bool is_whole(const Draft& draft) {
  const View& view = draft.view();
  const Record& record = draft.record();
  if (record.phase == Phase::idle) return true;
  if (!view.runtime) return false;
  const std::uint32_t beside = in_proportion(draft) ? view.target.available : 0;
  return view.stable.available + beside >= draft.stable_n();
}

// A size that is what the versions declare, and is there, is nothing to remember.
void forget_declared(Record& record) {
  if (record.size && record.size->ordered && record.size->carried == 0 && !record.size->replicas) record.size.reset();
}

}  // namespace

std::uint32_t stable_size(const Record& record) {
  if (!record.stable) return 0;
  return record.size ? record.size->replicas.value_or(record.stable->workload.replicas)
                     : record.stable->workload.replicas;
}

std::uint32_t target_size(const Record& record) {
  const std::uint32_t declared = record.plan->target.workload.replicas;
  return record.size && !record.size->stable_only ? record.size->replicas.value_or(declared) : declared;
}

std::uint32_t carrying_size(const Record& record) {
  const std::uint32_t n = stable_size(record);
  return record.size && record.size->carried > 0 ? std::min(record.size->carried, n) : n;
}

void scale_to(Draft& draft, std::optional<std::uint32_t> replicas) {
  const Record& record = draft.record();
  const auto target = [&] { return draft.record().plan ? draft.target_n() : 0; };
  const auto sizes = [&] { return std::pair(draft.stable_n(), target()); };
  const auto sizes_before = sizes();
  const std::uint32_t carried_before = record.size ? record.size->carried : 0;
  SizeMark mark;
  mark.replicas = replicas;
  mark.carried = carrying_size(record);
  const bool pending = record.size && !record.size->ordered;
  mark.stable_whole = pending ? record.size->stable_whole : record.stable_replicas >= draft.stable_n();
  mark.target_before = pending ? record.size->target_before : target();
  draft.edit().size = mark;
  if (!pending && sizes() == sizes_before) {  // who stands still goes on standing still
    draft.edit().size->ordered = true;
    draft.edit().size->carried = carried_before;
  }
  draft.edit().progress.at = Stamp::of(draft.now());
  follow_size(draft);
}

void follow_size(Draft& draft) {
  if (!draft.record().size) return;
  if (!draft.record().size->ordered) {
    const Phase phase = draft.record().phase;  // the way back orders what stable needs by itself
    const bool done = phase == Phase::aborting ? true
                      : in_proportion(draft)   ? resize_in_proportion(draft)
                                               : resize_sets(draft);
    if (done) draft.edit().size->ordered = true;
  }
  const SizeMark& size = *draft.record().size;
  if (size.ordered && size.carried > 0 && is_whole(draft)) draft.edit().size->carried = 0;
  if (size.ordered && size.carried == 0 && !size.replicas) forget_declared(draft.edit());
}

void keep_size(Record& record) {
  if (!record.size || !record.stable) return;
  record.size->stable_only = record.plan->target.workload.replicas != record.stable->workload.replicas;
  record.size->ordered = true;
  forget_declared(record);
}

void end_size(Record& record, bool became_stable) {
  if (!record.size) return;
  record.size->carried = 0;
  if (!record.stable || (became_stable && record.size->stable_only)) return record.size.reset();
  forget_declared(record);
}

}  // namespace depops::rollout
