#include <catch2/catch.hpp>
#include <memory>

#include "tests/unit/shared/rollout/rig.h"

namespace depops::rollout {

TEST_CASE("which objects a stable version had removed is remembered until another version is stable") {
  Rig rig;
  rig.bring_up("1", 4);
  auto told = std::make_shared<Record>(*rig.record);
  told->removals = {"u-1"};
  rig.record = std::move(told);
  rig.submit(plan_of("2", Canary{{SetWeight{50}}}, 7));
  CHECK(rig.record->removals.size() == 1);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
  CHECK(rig.record->removals.empty());
}

}  // namespace depops::rollout
