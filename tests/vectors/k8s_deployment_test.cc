#include <algorithm>
#include <catch2/catch.hpp>

#include "shared/rollout/replica_resize.h"
#include "shared/rollout/rolling.h"
#include "tests/vectors/replicas.h"

namespace depops::rollout {
namespace {

using Object = Poco::JSON::Object;
constexpr const char* kDeploymentFile = "rollouts/k8s-deployment.json";

std::uint32_t count_or_none(const Object& row, const char* key) {
  return test::absent(row, key) ? 0 : row.getValue<std::uint32_t>(key);
}

Bounds bounds_at(const Object& row, std::uint32_t n) {
  return bounds_of(test::amount_at(row, "maxSurge").value(), test::amount_at(row, "maxUnavailable").value(), n);
}

std::vector<SizedSet> sets_of(const Object& row) {
  const std::uint32_t most = count_or_none(row, "annotatedDesired") + count_or_none(row, "annotatedMaxSurge");
  std::vector<SizedSet> sets;
  if (!test::absent(row, "newRS")) sets.push_back({count_or_none(row, "newRS"), most});
  for (const double old : test::numbers_of(row, "oldRSs")) sets.push_back({static_cast<std::uint32_t>(old), most});
  // This row has a set whose own annotation was left behind: it was last sized for 3.
  if (row.getValue<std::string>("name").find("foo-v2 annotated desired=3") != std::string::npos) sets[1].most = 3;
  return sets;
}

Seen seen_of(const Poco::JSON::Array& row) {
  const auto at = [&](unsigned i) { return row.getElement<std::uint32_t>(i); };
  return {at(0), at(1), at(2), at(3)};
}

}  // namespace

TEST_CASE("rollouts/k8s-deployment: surge and unavailable") {
  const auto file = test::vectors_object(kDeploymentFile);
  for (const auto& row : test::rows_of(*file, "resolveFenceposts")) {
    const auto surge = test::amount_at(*row, "maxSurge");
    const auto unavailable = test::amount_at(*row, "maxUnavailable");
    CHECK((surge.ok() && unavailable.ok()) != row->getValue<bool>("error"));
    if (!surge.ok() || !unavailable.ok()) continue;
    const Bounds bounds = bounds_of(*surge, *unavailable, count_or_none(*row, "desired"));
    CHECK(bounds.surge == count_or_none(*row, "surge"));
    CHECK(bounds.unavailable == count_or_none(*row, "unavailable"));
  }
  for (const auto& row : test::rows_of(*file, "maxUnavailable")) {
    if (row->has("strategy")) continue;  // Recreate: there is no such strategy here
    const std::uint32_t n = count_or_none(*row, "replicas");
    CHECK(std::min(bounds_at(*row, n).unavailable, n) == count_or_none(*row, "expect"));
  }
}

TEST_CASE("rollouts/k8s-deployment: the new set") {
  const auto file = test::vectors_object(kDeploymentFile);
  for (const auto& row : test::rows_of(*file, "newRSNewReplicas")) {
    if (row->getValue<std::string>("strategy") == "Recreate") continue;  // there is no such strategy here
    const std::uint32_t n = count_or_none(*row, "deploymentReplicas");
    const std::uint32_t before = count_or_none(*row, "newRS");
    const std::uint32_t next = next_new(n, bounds_at(*row, n), before, count_or_none(*row, "allOtherPods"));
    // Row "cannot scale up: already over": the rule that comes before it in reconcileNewReplicaSet is part of ours.
    CHECK(next == (before > n ? n : count_or_none(*row, "expect")));
  }
  for (const auto& row : test::rows_of(*file, "reconcileNewReplicaSet")) {
    const std::uint32_t before = count_or_none(*row, "new");
    const Bounds bounds{count_or_none(*row, "maxSurge"), 0};
    const std::uint32_t expect = row->getValue<bool>("scaled") ? count_or_none(*row, "expectNew") : before;
    CHECK(next_new(count_or_none(*row, "replicas"), bounds, before, count_or_none(*row, "old")) == expect);
  }
}

TEST_CASE("rollouts/k8s-deployment: the old sets") {
  const auto file = test::vectors_object(kDeploymentFile);
  for (const auto& row : test::rows_of(*file, "reconcileOldReplicaSets")) {
    const std::uint32_t n = count_or_none(*row, "replicas");
    const std::uint32_t old = count_or_none(*row, "old");
    const std::uint32_t next =
        next_old(n, bounds_at(*row, n), {count_or_none(*row, "new"), count_or_none(*row, "readyNew")},
                 {old, count_or_none(*row, "readyOld")});
    CHECK(next == (row->getValue<bool>("scaled") ? count_or_none(*row, "expectOld") : old));
  }
  // Kubernetes removes unhealthy instances first and healthy ones in a second function; here it is one. Where that
  // second function does nothing, no healthy instance is taken.
  for (const auto& row : test::rows_of(*file, "scaleDownOldForRollingUpdate")) {
    const std::uint32_t n = count_or_none(*row, "replicas");
    const std::uint32_t ready = std::min(count_or_none(*row, "ready"), count_or_none(*row, "old"));
    const std::uint32_t next = next_old(n, bounds_at(*row, n), {0, 0}, {count_or_none(*row, "old"), ready});
    if (test::absent(*row, "expectOld")) {
      CHECK(next >= ready);
    } else {
      CHECK(next == count_or_none(*row, "expectOld"));
    }
  }
}

// cleanupUnhealthyReplicas has its limit as an argument; here the limit follows from what must stay: n - unavailable is
// chosen so that it comes to the same.
TEST_CASE("rollouts/k8s-deployment: unhealthy instances go first") {
  for (const auto& row : test::rows_of(*test::vectors_object(kDeploymentFile), "cleanupUnhealthyReplicas")) {
    const std::uint32_t old = count_or_none(*row, "old");
    const std::uint32_t unavailable = count_or_none(*row, "maxCleanup");
    const std::uint32_t healthy = count_or_none(*row, "ready");
    const std::uint32_t next = next_old(old, {0, unavailable}, {0, 0}, {old, healthy});
    const std::uint32_t cleaned = count_or_none(*row, "expectCleaned");
    CHECK(next <= old - cleaned);
    if (healthy <= old - unavailable) CHECK(next == old - cleaned);
  }
}

TEST_CASE("rollouts/k8s-deployment: every row of proportionalScaling") {
  const auto rows = test::rows_of(*test::vectors_object(kDeploymentFile), "proportionalScaling");
  REQUIRE(rows.size() == 17);
  for (const auto& row : rows) {
    INFO(row->getValue<std::string>("name"));
    std::vector<std::uint32_t> expect;
    if (!test::absent(*row, "newRS")) expect.push_back(count_or_none(*row, "expectNew"));
    for (const double old : test::numbers_of(*row, "expectOld")) expect.push_back(static_cast<std::uint32_t>(old));
    CHECK(resized(count_or_none(*row, "desired"), count_or_none(*row, "maxSurge"), sets_of(*row)) == expect);
  }
}

TEST_CASE("rollouts/k8s-deployment: complete and progressing") {
  const auto file = test::vectors_object(kDeploymentFile);
  for (const auto& row : test::rows_of(*file, "deploymentComplete")) {
    const Seen seen{count_or_none(*row, "current"), count_or_none(*row, "updated"), 0,
                    count_or_none(*row, "available")};
    CHECK(all_updated(seen, count_or_none(*row, "desired")) == row->getValue<bool>("expect"));
  }
  for (const auto& row : test::rows_of(*file->getObject("deploymentProgressing"), "rows")) {
    CHECK(moved_on(seen_of(*row->getArray("old")), seen_of(*row->getArray("new"))) == row->getValue<bool>("expect"));
  }
}

// deploymentTimedOut and revisionHistoryCleanup: the deadline is the machine's own (step_timeout since the last
// progress), and three versions are kept as snapshots, not as scaled-down sets.

}  // namespace depops::rollout
