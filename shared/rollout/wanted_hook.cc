#include "shared/rollout/wanted_hook.h"

namespace depops::rollout {

const Hook* hook_at(const Record& record, std::uint32_t step) {
  const auto* canary = record.plan ? std::get_if<Canary>(&record.plan->strategy) : nullptr;
  if (canary == nullptr || step >= canary->steps.size()) return nullptr;
  return std::get_if<Hook>(&canary->steps[step]);
}

std::string hook_key(const Record& record, const HookMark& mark) {
  return record.rollout.str() + "/" + std::to_string(mark.step) + "/" + std::to_string(mark.attempt);
}

std::optional<WantedHook> wanted_hook(const Record& record) {
  for (const HookMark& mark : record.hooks) {
    const Hook* hook = hook_at(record, mark.step);
    if (hook == nullptr) continue;
    const std::string key = hook_key(record, mark);
    const bool back = record.phase == Phase::aborting;
    if (!back && record.phase != Phase::hooking) continue;
    const HookRun& run = back ? mark.undo : mark.run;
    if (run.state != HookState::running || (back && !hook->undo)) continue;
    return WantedHook{run.order,  back ? key + "/undo" : key,        mark.step,
                      hook->name, back ? &*hook->undo : &hook->call, hook->timeout};
  }
  return std::nullopt;
}

}  // namespace depops::rollout
