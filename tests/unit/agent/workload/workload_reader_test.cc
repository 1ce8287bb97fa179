#include "agent/workload/workload_reader.h"

#include <catch2/catch.hpp>

namespace depops::agent {
namespace {

using analysis::WorkloadCount;
using Values = std::vector<std::pair<SetId, double>>;

struct StillClock : ports::Clock {
  Moment now() const override { return {Instant(Millis(5)), Millis(5), BootId("b")}; }
};

Values values_of(WorkloadCount count) {
  SetFacts canary;
  canary.set = SetId("c");
  canary.desired = 4;
  canary.ready = 1;
  canary.restarts = 2;
  canary.flaps = 7;
  SetFacts stable;
  stable.set = SetId("s");
  stable.desired = 1;
  stable.ready = 2;
  MeasureOrder order;
  order.metric = MetricName("shop/m");
  order.provider = analysis::WorkloadProvider{count};
  order.sets = {canary, stable};
  const StillClock clock;
  const Measured measured = make_workload_reader(clock)->read(order);
  CHECK(measured.error.empty());
  CHECK(measured.reading.at == Instant(Millis(5)));
  return measured.values;
}

}  // namespace

TEST_CASE("each count of both versions") {
  CHECK(values_of(WorkloadCount::restarts) == Values{{SetId("c"), 2}, {SetId("s"), 0}});
  CHECK(values_of(WorkloadCount::unready) == Values{{SetId("c"), 3}, {SetId("s"), 0}});
  CHECK(values_of(WorkloadCount::flaps) == Values{{SetId("c"), 7}, {SetId("s"), 0}});
}

TEST_CASE("a version of which nothing is known has no number, and another provider is an error") {
  const StillClock clock;
  MeasureOrder order;
  order.provider = analysis::WorkloadProvider{};
  CHECK(make_workload_reader(clock)->read(order).values.empty());
  order.provider = analysis::ScrapeProvider{};
  CHECK_FALSE(make_workload_reader(clock)->read(order).error.empty());
}

}  // namespace depops::agent
