#include <catch2/catch.hpp>

#include "tests/e2e/kubernetes/story.h"

namespace depops::stage {

TEST_CASE("HTTPRoute: a good canary completes, a bad one is taken back, and the agent and the hub may die meanwhile") {
  whole_story(by_route());
}

TEST_CASE("containers: a good canary completes, a bad and a crashing one are taken back under a real kubelet",
          "[.][kubelet]") {
  Scene scene(by_route());
  good_canary(scene);
  bad_canary(scene);
  crashing_canary(scene);
}

TEST_CASE("GRPCRoute: the same story, with requests of HTTP/1.1", "[.][long]") { whole_story(by_grpc_route()); }

TEST_CASE("Istio's VirtualService: the same story", "[.][long]") { whole_story(by_virtual_service()); }

TEST_CASE("TraefikService: the same story", "[.][long]") { whole_story(by_traefik_service()); }

TEST_CASE("Ingress-NGINX: the same story, by a canary beside the Ingress", "[.][long]") { whole_story(by_ingress()); }

TEST_CASE("Service switch: the same story, where all requests move at once", "[.][long]") { whole_story(by_switch()); }

TEST_CASE("replica ratio: the same story, where pods share the requests", "[.][long]") { whole_story(by_ratio()); }

}  // namespace depops::stage
