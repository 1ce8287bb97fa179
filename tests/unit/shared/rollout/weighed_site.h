#pragma once

#include <memory>
#include <vector>

#include "shared/rollout/machine.h"
#include "tests/unit/shared/rollout/rig.h"

// A site with one instance of each version, whose rollout weighs 10 % and then analyses for 10 s.
namespace depops::rollout {

inline Moment at(Millis after) {
  return {Instant(std::chrono::seconds(1'800'000'000)) + after, Millis(60'000) + after, BootId("one")};
}

inline std::shared_ptr<const Plan> plan(Millis initial_delay) {
  auto made = std::make_shared<Plan>();
  made->target.set = kNewSet;
  made->target.workload.replicas = 1;
  Analysis analysis;
  analysis.duration = Millis(10'000);
  analysis::MetricSpec metric;
  metric.name = MetricName("errors");
  metric.interval = Millis(2'000);
  metric.initial_delay = initial_delay;
  metric.test = analysis::ErrorsTest{};
  analysis.spec.metrics = {metric};
  made->strategy = Canary{{SetWeight{10}, analysis}};
  return made;
}

inline std::shared_ptr<Record> weighing(Millis initial_delay = Millis(0)) {
  auto record = std::make_shared<Record>();
  auto stable = std::make_shared<VersionSnapshot>();
  stable->set = kOldSet;
  stable->workload.replicas = 1;
  record->stable = stable;
  record->stable_replicas = record->target_replicas = 1;
  record->plan = plan(initial_delay);
  record->rollout = RolloutId("r-1");
  record->phase = Phase::weighing;
  record->state = State::running;
  record->weight.percent = 10;
  record->weight.ordered_at = Stamp::of(at(Millis(0)));
  record->entered = record->progress.at = Stamp::of(at(Millis(0)));
  return record;
}

// One instance of each version, the counters of both, read at `moment`.
class WeighedSite {
 public:
  Decision read(const std::shared_ptr<const Record>& record, Millis after, std::uint64_t stable, std::uint64_t canary,
                std::uint64_t errors) {
    counters_ = {{kOldSet, "haproxy:1/a.1", stable, 0, 0}, {kNewSet, "haproxy:1/b.1", canary, errors, 0}};
    View view;
    view.runtime = view.router = true;
    view.target.routable = view.target.available = view.stable.available = view.stable.routable = 1;
    view.target_share = 10;
    view.router_at = at(after).wall;
    view.counters = &counters_;
    return step(record, Observed{}, view, watch_, at(after));
  }

  // As after a start, before the router was read.
  Decision look_without_router(const std::shared_ptr<const Record>& record, Millis after) {
    View view;
    view.runtime = true;
    view.target.routable = view.target.available = view.stable.available = view.stable.routable = 1;
    return step(record, Observed{}, view, watch_, at(after));
  }

 private:
  std::vector<analysis::CounterRow> counters_;
  Watch watch_;
};

inline const WindowJudged* judged(const Decision& decision) {
  for (const Report& report : decision.reports) {
    if (const auto* found = std::get_if<WindowJudged>(&report)) return found;
  }
  return nullptr;
}

}  // namespace depops::rollout
