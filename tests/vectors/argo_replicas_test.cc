#include <catch2/catch.hpp>

#include "shared/rollout/replica_canary.h"
#include "tests/vectors/json_file.h"
#include "tests/vectors/replicas.h"

namespace depops::rollout {
namespace {

using Object = Poco::JSON::Object;
constexpr const char* kFile = "rollouts/argo-canary-replicas.json";

std::uint32_t count_at(const Object& row, const char* key) { return row.getValue<std::uint32_t>(key); }
bool flag_at(const Object& row, const char* key) { return row.getValue<bool>(key); }

std::optional<Side> side_at(const Object& row, const char* key) {
  if (test::absent(row, key)) return std::nullopt;
  const auto side = row.getObject(key);
  return Side{count_at(*side, "spec"), count_at(*side, "available")};
}

// Argo's words for "go on at once": weight 100; for abort: weight 0.
std::uint32_t weight_of(const Object& row) {
  if (flag_at(row, "promoteFull")) return 100;
  return flag_at(row, "abort") ? 0 : count_at(row, "setWeight");
}

Counts by_ratio(const Object& row) {
  RatioCanary now;
  now.n = count_at(row, "replicas");
  now.weight = weight_of(row);
  now.bounds =
      bounds_of(test::amount_at(row, "maxSurge").value(), test::amount_at(row, "maxUnavailable").value(), now.n);
  now.stable = side_at(row, "stable");
  now.canary = side_at(row, "canary").value_or(Side{});
  now.older = side_at(row, "older").value_or(Side{}).spec;
  return next_by_ratio(now);
}

// setCanaryScale stands for the weight unless it is to match the traffic; on abort it stands only when the canary is
// kept (delay 0).
Counts with_router(const Object& row) {
  RoutedCanary now;
  now.n = count_at(row, "replicas");
  now.weight = weight_of(row);
  if (!test::absent(row, "minPodsPerReplicaSet")) now.least = count_at(row, "minPodsPerReplicaSet");
  const bool kept = !flag_at(row, "abort") || count_at(row, "abortScaleDownDelaySeconds") == 0;
  if (!test::absent(row, "setCanaryScale") && kept) {
    const auto scale = row.getObject("setCanaryScale");
    const bool matches = flag_at(*scale, "matchTrafficWeight");
    if (!matches && !test::absent(*scale, "replicas")) now.instances = count_at(*scale, "replicas");
    if (!matches && !test::absent(*scale, "weight")) now.weight = count_at(*scale, "weight");
  }
  return counts_with_router(now);
}

Counts expected(const Object& row) {
  const auto expect = row.getObject("expect");
  return {count_at(*expect, "stable"), count_at(*expect, "canary")};
}

}  // namespace

TEST_CASE("rollouts/argo-canary-replicas: every row of calculateReplicaCountsForCanary") {
  const auto file = test::vectors_object(kFile);
  const auto rows = test::rows_of(*file, "calculateReplicaCountsForCanary");
  REQUIRE(rows.size() == 40);
  for (const auto& row : rows) {
    INFO(row->getValue<std::string>("name"));
    const Counts made = flag_at(*row, "trafficRouting") ? with_router(*row) : by_ratio(*row);
    const Counts expect = expected(*row);
    CHECK(made.stable == expect.stable);
    CHECK(made.canary == expect.canary);
  }
}

TEST_CASE("rollouts/argo-canary-replicas: without a stable set, and with a router") {
  const auto rows = test::rows_of(*test::vectors_object(kFile), "otherSingleCases");
  REQUIRE(rows.size() == 3);
  for (const auto& row : rows) {
    INFO(row->getValue<std::string>("name"));
    if (row->has("trafficRouting")) {
      RoutedCanary now;
      now.n = count_at(*row, "replicas");
      now.weight = count_at(*row, "setWeight");
      CHECK(counts_with_router(now) == expected(*row));
      continue;
    }
    RatioCanary now;
    now.n = count_at(*row, "replicas");
    now.weight = count_at(*row, "setWeight");
    now.bounds = bounds_of({count_at(*row, "maxSurge"), false}, {count_at(*row, "maxUnavailable"), false}, now.n);
    now.canary = side_at(*row, "new").value();
    CHECK(next_by_ratio(now) == expected(*row));
  }
}

TEST_CASE("rollouts/argo-canary-replicas: every row of approximateWeightedCanaryStable") {
  const auto rows = test::rows_of(*test::vectors_object(kFile), "approximateWeightedCanaryStable");
  REQUIRE(rows.size() == 57);
  for (const auto& row : rows) {
    const auto made = split_by_ratio(count_at(*row, "replicas"), count_at(*row, "weight"), count_at(*row, "maxSurge"),
                                     count_at(*row, "maxWeight"));
    INFO(count_at(*row, "replicas") << ", " << count_at(*row, "weight") << ", " << count_at(*row, "maxSurge"));
    CHECK(made == Counts{count_at(*row, "stable"), count_at(*row, "canary")});
  }
}

TEST_CASE("rollouts/argo-canary-replicas: every row of dynamicStableScale") {
  const auto rows = test::rows_of(*test::vectors_object(kFile), "dynamicStableScale");
  REQUIRE(rows.size() == 8);
  for (const auto& row : rows) {
    INFO(row->getValue<std::string>("name"));
    const auto weights = row->getObject("weights");
    std::vector<std::uint32_t> steps{count_at(*row, "firstStepSetWeight")};
    for (const double step : test::numbers_of(*row, "extraSteps")) steps.push_back(static_cast<std::uint32_t>(step));
    RoutedCanary now;
    now.n = count_at(*row, "replicas");
    now.dynamic_stable = true;
    now.aborting = flag_at(*row, "abort");
    now.actual = RoutedWeights{count_at(*weights, "canary"), count_at(*weights, "stable")};
    // Back by the steps while both sets are there, else at once.
    const bool by_steps = side_at(*row, "canary").has_value();
    now.weight = !now.aborting ? steps.back() : by_steps ? weight_below(steps, now.actual->canary) : 0;
    CHECK(counts_with_router(now) == expected(*row));
  }
}

// Differs on purpose (rollouts.md 1.4, DOWN order): the canary keeps exactly what the stable version can not carry yet,
// whatever the delay before it is scaled down. Rows "explicit delay": with 5 of 10 available Argo moves 90 % to stable
// (overload, I2), with 9 all of it.
TEST_CASE("rollouts/argo-canary-replicas: every row of desiredCanaryWeightOnAbort") {
  const auto rows = test::rows_of(*test::vectors_object(kFile), "desiredCanaryWeightOnAbort");
  REQUIRE(rows.size() == 4);
  for (const auto& row : rows) {
    INFO(row->getValue<std::string>("name"));
    const std::uint32_t n = count_at(*row, "replicas");
    const std::uint32_t available = count_at(*row, "stableAvailable");
    const bool delayed = !test::absent(*row, "abortDelay") && count_at(*row, "abortDelay") > 0;
    const std::uint32_t ours = available == 5 ? 50 : 10;
    CHECK(weight_on_abort(50, n, available) == (delayed ? ours : count_at(*row, "expectCanaryWeight")));
  }
}

TEST_CASE("rollouts/argo-canary-replicas: instances for a weight, and what counts when shrinking") {
  const auto file = test::vectors_object(kFile);
  for (const auto& row : test::rows_of(*file, "trafficWeightToReplicas")) {
    CHECK(instances_for_weight(count_at(*row, "replicas"), count_at(*row, "weight"), count_at(*row, "maxWeight")) ==
          count_at(*row, "expect"));
  }
  for (const auto& row : test::rows_of(*file, "replicasForScaleDown")) {
    const bool none = test::absent(*row, "spec");
    const Side side = none ? Side{} : Side{count_at(*row, "spec"), count_at(*row, "available")};
    CHECK(counted_for_shrinking(side, flag_at(*row, "ignoreAvailability")) == count_at(*row, "expect"));
  }
}

// replicaProgressThresholdMet: there is no such setting here, a step goes on when its instances are available; nor is
// atDesiredReplicaCounts a function of counts alone here: the phases of the machine say so (shared/rollout/forward.cc).

}  // namespace depops::rollout
