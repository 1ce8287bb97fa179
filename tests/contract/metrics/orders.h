#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "agent/ports/metric_source.h"
#include "shared/ports/clock.h"

namespace depops::test {

inline const SetId kCanary("shop-c");
inline const SetId kStable("shop-s");

using Values = std::vector<std::pair<SetId, double>>;

struct RealClock : ports::Clock {
  Moment now() const override {
    return {std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()), Millis(1), BootId("b")};
  }
};

// Of a canary 2.0 beside a stable 1.0+b.
inline agent::MeasureOrder order_of(analysis::Provider provider) {
  agent::MeasureOrder order;
  order.metric = MetricName("shop/m");
  order.provider = std::move(provider);
  order.service = ServiceName("shop");
  order.rollout = RolloutId("r-7");
  order.canary = {kCanary, VersionLabel("2.0")};
  order.stable = agent::MeasuredSet{kStable, VersionLabel("1.0+b")};
  return order;
}

}  // namespace depops::test
