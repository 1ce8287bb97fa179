#include "agent/kubernetes/manifests/nodes.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::agent::kubernetes {

TEST_CASE("a DaemonSet without pods is no version's and wants a label that no node has") {
  const auto like = json::parse(R"({"metadata":{"labels":{"app":"logs","depops.io/set":"logs-1"}},)"
                                R"("spec":{"nodeSelector":{"disk":"fast"},"containers":[{"name":"logs"}]}})");
  REQUIRE(like.ok());
  CHECK_FALSE(is_parked(*like));
  const json::Value away = parked(*like);
  CHECK(is_parked(away));
  CHECK(json::write(away) == R"({"metadata":{"labels":{"app":"logs"}},)"
                             R"("spec":{"nodeSelector":{"disk":"fast","depops.io/nowhere":"yes"},)"
                             R"("containers":[{"name":"logs"}]}})");
}

}  // namespace depops::agent::kubernetes
