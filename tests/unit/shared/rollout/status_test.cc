#include <catch2/catch.hpp>
#include <memory>

#include "shared/rollout/machine.h"

namespace depops::rollout {

TEST_CASE("after the way back the version that was left is still told, with weight 0") {
  Record record;
  VersionSnapshot stable;
  stable.set = SetId("checkout-a");
  stable.label = VersionLabel("1.1");
  stable.workload.replicas = 2;
  Plan plan;
  plan.target.set = SetId("checkout-b");
  plan.target.label = VersionLabel("1.3");
  record.stable = std::make_shared<VersionSnapshot>(stable);
  record.plan = std::make_shared<Plan>(plan);
  record.state = State::rolled_back;
  const RolloutStatus status = status_of(record, {});
  REQUIRE(status.sets.size() == 2);
  CHECK(status.sets[0].label == VersionLabel("1.3"));
  CHECK(status.sets[0].weight == 0);
  CHECK(status.sets[0].desired == 0);
  CHECK(status.sets[1].weight == 100);
  record.state = State::completed;
  record.stable = std::make_shared<VersionSnapshot>(plan.target);
  CHECK(status_of(record, {}).sets.size() == 1);
}

}  // namespace depops::rollout
