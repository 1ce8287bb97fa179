#include <catch2/catch.hpp>

#include "tests/e2e/kubernetes/story.h"

namespace depops::stage {

TEST_CASE("HTTPRoute: a good canary completes, a bad one is taken back, and the agent and the hub may die meanwhile") {
  Scene scene(by_route());
  good_canary(scene);
  bad_canary(scene);
  agent_dies(scene);
  hub_dies(scene);
}

TEST_CASE("containers: a good canary completes, a bad and a crashing one are taken back under a real kubelet",
          "[.][kubelet]") {
  Scene scene(by_route());
  good_canary(scene);
  bad_canary(scene);
  crashing_canary(scene);
}

TEST_CASE("Service switch: the same story, where all requests move at once", "[.][long]") {
  Scene scene(by_switch());
  good_canary(scene);
  bad_canary(scene);
  agent_dies(scene);
  hub_dies(scene);
}

TEST_CASE("replica ratio: the same story, where pods share the requests", "[.][long]") {
  Scene scene(by_ratio());
  good_canary(scene);
  bad_canary(scene);
  agent_dies(scene);
  hub_dies(scene);
}

}  // namespace depops::stage
