#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// Where the cluster itself decides how many instances a service has, as of a DaemonSet.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

struct OnNodes : Rig {
  std::uint32_t nodes = 4;
  explicit OnNodes(bool by_weight = false) {
    divides = by_weight;
    seen = [this](View& view) { look_as_on_nodes(view); };
    bring_up("1", 1);
  }
  void look_as_on_nodes(View& view) const {
    view.stable.turns = Turns::by_need;
    view.sized = nodes;
  }
  bool ends() {
    return until([this] { return record->phase == Phase::idle && !record->next; });
  }
};

std::shared_ptr<Plan> one_after_another(std::uint32_t declared) {
  return plan_of("2", Rolling{{0, false}, {1, false}}, declared);
}

}  // namespace

TEST_CASE("a service that the cluster sizes has that size from the first version on, whatever versions declare") {
  OnNodes rig(GENERATE(true, false));
  CHECK(rig.record->stable_replicas == 4);
  rig.submit(one_after_another(7));
  REQUIRE(rig.until([&] { return rig.record->target_replicas == 2; }));
  CHECK(rig.record->stable_replicas <= 2);
  REQUIRE(rig.ends());
  CHECK(rig.record->state == State::completed);
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("nodes that come and go while a version does change its size, and so do they at rest") {
  OnNodes rig;
  rig.submit(one_after_another(1));
  REQUIRE(rig.until([&] { return rig.record->target_replicas == 2; }));
  rig.nodes = GENERATE(3, 6);
  REQUIRE(rig.ends());
  CHECK(rig.record->state == State::completed);
  CHECK(rig.record->stable_replicas == rig.nodes);
  const std::size_t leaves = rig.leaves.size();
  rig.nodes = 5;
  rig.tick();
  CHECK(rig.record->stable_replicas == 5);
  REQUIRE(rig.leaves.size() == leaves + 1);
  CHECK(rig.leaves.back().reason == "goes by the cluster, which has 5 nodes for it");
  rig.tick();
  CHECK(rig.leaves.size() == leaves + 1);
}

TEST_CASE("nobody scales what the cluster sizes, and is told who does") {
  OnNodes rig;
  const Decision decision = rig.scale(7);
  CHECK_FALSE(decision.accepted);
  CHECK(decision.answer ==
        "the cluster decides how many instances a DaemonSet has, one on each node that it fits: 4 now; change the "
        "nodes' labels, or its nodeSelector");
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("on the way back on nodes what does not work makes room at once") {
  OnNodes rig(true);
  auto plan = one_after_another(1);
  plan->step_timeout = 20'000ms;
  rig.submit(plan);
  REQUIRE(rig.until([&] { return rig.record->target_replicas == 2; }));
  rig.seen = [&](View& view) {
    rig.look_as_on_nodes(view);
    if (view.target.running < 2) return;
    view.target.available = view.target.routable = 1;
  };
  rig.give(Verb::abort);
  REQUIRE(rig.until([&] { return rig.record->target_replicas < 2; }));
  CHECK(rig.record->degraded.empty());
  REQUIRE(rig.ends());
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("what can not be done on nodes is refused in the words of a DaemonSet") {
  OnNodes rig;
  rig.submit(plan_of("2", Rolling{{1, false}, {0, false}}, 1));
  REQUIRE(rig.ends());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->reason ==
        "maxSurge 1: a DaemonSet has no instance beside those that it has; use maxSurge: 0 and maxUnavailable: 1");
}

}  // namespace depops::rollout
