#include "shared/rollout/crowd.h"

#include <algorithm>

#include "shared/rollout/amount.h"
#include "shared/rollout/batch.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"

namespace depops::rollout {
namespace {

constexpr Millis kLongEnough = std::chrono::hours(24 * 365);

Millis least_wait(const Step& step) {
  if (const auto* pause = std::get_if<Pause>(&step)) return pause->duration.value_or(kLongEnough);
  if (const auto* analysis = std::get_if<Analysis>(&step)) return analysis->duration;
  return std::holds_alternative<Approval>(step) ? kLongEnough : Millis(0);
}

// Goes through the steps as the machine does (steps.cc), with the numbers alone.
class Climb {
 public:
  Climb(const Record& record, const Canary& canary)
      : canary_(canary),
        n_(target_size(record)),
        stable_n_(stable_size(record)),
        drain_(record.stable->workload.drain),
        stable_(stable_n_) {}

  std::vector<Crowd> go() {
    for (const Step& step : canary_.steps) take(step);
    grow(n_, 100);
    return std::move(found_);
  }

 private:
  void take(const Step& step) {
    if (const auto share = share_asked(step, n_)) {
      grow(std::max(target_, instances_for(*share, n_)), *share);
      percent_ = *share;
      waited_ = Millis(0);
    } else if (const auto* scale = std::get_if<SetScale>(&step)) {
      grow(std::max(count_of(scale->replicas, n_), instances_for(percent_, n_)), percent_);
    } else {
      wait(least_wait(step));
    }
  }

  void grow(std::uint32_t target, std::uint32_t percent) {
    target_ = target;
    stable_ = std::max(stable_, stable_keeps(canary_, percent, stable_n_));
    const Crowd now{target_, stable_n_ - std::min(stable_, stable_n_)};
    const auto covers = [](const Crowd& one, const Crowd& other) {
      return one.target >= other.target && one.gone <= other.gone;
    };
    if (std::ranges::any_of(found_, [&](const Crowd& known) { return covers(known, now); })) return;
    std::erase_if(found_, [&](const Crowd& known) { return covers(now, known); });
    found_.push_back(now);
  }

  void wait(Millis time) {
    waited_ = std::min(waited_ + time, kLongEnough);
    if (percent_ == 0 || waited_ < drain_) return;
    stable_ = std::min(stable_, std::max<std::uint32_t>(1, stable_keeps(canary_, percent_, stable_n_)));
  }

  const Canary& canary_;
  const std::uint32_t n_;
  const std::uint32_t stable_n_;
  const Millis drain_;
  std::uint32_t target_ = 0;
  std::uint32_t stable_;
  std::uint32_t percent_ = 0;
  Millis waited_{0};  // since the weight was changed, at least
  std::vector<Crowd> found_;
};

}  // namespace

std::vector<Crowd> crowds_of(const Record& record, bool weights) {
  const bool forward = record.phase != Phase::idle && record.phase != Phase::aborting && record.plan;
  if (!forward || record.plan->kind == ReleaseKind::rollback || !weights || record.strategy_skipped) return {};
  const auto* canary = std::get_if<Canary>(&record.plan->strategy);
  if (canary == nullptr || !canary->dynamic_stable_scale || !record.stable || stable_size(record) == 0) return {};
  return Climb(record, *canary).go();
}

}  // namespace depops::rollout
