#include <catch2/catch.hpp>
#include <memory>

#include "tests/unit/shared/rollout/rig.h"

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

TEST_CASE("the status that completes a rollout counts the instances of the version that is stable now") {
  Rig rig;
  rig.bring_up("1", 4);
  rig.submit(plan_of("2", Canary{{SetWeight{50}}}, 7));
  REQUIRE(rig.until_ended());
  const RolloutStatus last = rig.statuses_of(rig.record->rollout).back();
  CHECK(last.state == State::completed);
  REQUIRE(last.sets.size() == 1);
  CHECK(last.sets[0].label == VersionLabel("1.2"));
  CHECK(last.sets[0].available == 7);
}

}  // namespace depops::rollout
