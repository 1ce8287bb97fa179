#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

namespace depops::rollout {

TEST_CASE("an audit leaf names the command behind it, also when the memory of commands is full") {
  Rig rig;
  rig.bring_up("1");
  rig.submit(plan_of("2", Canary{{SetWeight{10}, Pause{}}}));
  REQUIRE(rig.until(Phase::holding));
  for (int i = 0; i < 80; ++i) {
    rig.leaves.clear();
    REQUIRE(rig.give(i % 2 == 0 ? Verb::pause : Verb::resume).accepted);
    REQUIRE(rig.leaves.size() == 1);
    CHECK(rig.leaves.front().cause == "command " + rig.record->commands->back().id.str());
  }
}

}  // namespace depops::rollout
