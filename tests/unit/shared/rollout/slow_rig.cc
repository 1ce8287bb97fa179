#include "tests/unit/shared/rollout/slow_rig.h"

#include <algorithm>
#include <stdexcept>

namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

std::vector<Step> steps() {
  return {SetWeight{25}, Pause{2'000ms}, errors_for(3'000ms), SetWeight{80}, Pause{2'000ms}};
}

std::vector<Step> batches() {
  return {Batch{{25, true}}, Pause{2'000ms}, errors_for(3'000ms), Batch{{8, false}}, Pause{2'000ms}};
}

}  // namespace

std::vector<Way> ways() {
  return {{"rolling with surge", Rolling{{2, false}, {0, false}}},
          {"rolling without surge", Rolling{{0, false}, {2, false}}},
          {"canary", Canary{steps(), false, {}}},
          {"canary, stable shrinks", Canary{steps(), true, {}}},
          {"batches", Canary{batches(), true, {}}}};
}

std::shared_ptr<Plan> plan_by(const Way& way, const std::string& number, Millis drain) {
  auto plan = plan_of(number, way.strategy, 10);
  plan->target.workload.drain = drain;
  return plan;
}

SlowRig::SlowRig(bool serves) {
  if (!serves) return;
  submit(plan_by({"", Canary{{SetWeight{10}}, false, {}}}, "1"));
  turn_until([&] { return ended(); });
  weights.clear();
}

void SlowRig::turn(Millis after) {
  if (++turns_ > 20'000) throw std::runtime_error("the rollout does not come to an end");
  for (const WantedSet& set : desired_of(*record).sets) {
    std::uint32_t& up = up_[set.snapshot->set];
    up = std::min(up + 1, set.replicas);
    most[set.snapshot->set] = up;
  }
  tick(after);
}

bool SlowRig::turn_until(const std::function<bool()>& is_so, int turns, Millis after) {
  for (int i = 0; i < turns && !is_so(); ++i) turn(after);
  return is_so();
}

std::uint32_t SlowRig::available(const SetId& set) const {
  if (dead.count(set) > 0) return 0;
  const auto limit = most.find(set);
  for (const WantedSet& wanted : desired_of(*record).sets) {
    if (wanted.snapshot->set == set) return std::min(wanted.replicas, limit == most.end() ? 1'000 : limit->second);
  }
  return 0;
}

std::string SlowRig::overloaded(std::uint32_t missing) const {
  for (const WantedSet& set : desired_of(*record).sets) {
    const std::uint32_t n = set.snapshot->workload.replicas;
    const std::uint32_t here = available(set.snapshot->set);
    if (here * 100 + 100 > set.percent * (n - missing)) continue;
    return set.snapshot->set.str() + " has " + std::to_string(set.percent) + " % of the requests and " +
           std::to_string(here) + " of " + std::to_string(n) + " instances";
  }
  return {};
}

}  // namespace depops::rollout
