#include "agent/kubernetes/api/path.h"

#include <catch2/catch.hpp>

#include "agent/kubernetes/api/patch.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const Resource kMaps{ApiGroup(""), ApiVersion("v1"), Plural("configmaps"), "ConfigMap", true};
const Resource kApps{ApiGroup("apps"), ApiVersion("v1"), Plural("deployments"), "Deployment", true};
const Resource kNodes{ApiGroup(""), ApiVersion("v1"), Plural("nodes"), "Node", false};

}  // namespace

TEST_CASE("objects stand where the API puts them") {
  CHECK(path_of(kMaps, Namespace("shop")) == "/api/v1/namespaces/shop/configmaps");
  CHECK(path_of(kApps, Namespace("")) == "/apis/apps/v1/deployments");
  CHECK(path_of(kApps, {Namespace("shop"), ObjectName("web")}, "scale") ==
        "/apis/apps/v1/namespaces/shop/deployments/web/scale");
  CHECK(path_of(kNodes, {Namespace("ignored"), ObjectName("n1")}) == "/api/v1/nodes/n1");
}

TEST_CASE("a name leads nowhere else, whatever is in it") {
  CHECK(path_of(kMaps, {Namespace("a/b"), ObjectName("../x?y#z")}) ==
        "/api/v1/namespaces/a%2Fb/configmaps/..%2Fx%3Fy%23z");
  CHECK(path_of(kMaps, {Namespace(".."), ObjectName(".")}) == "/api/v1/namespaces/%2E%2E/configmaps/%2E");
  CHECK(Query().add("labelSelector", "a=b,c in (d)").add_unless_empty("continue", "").text() ==
        "?labelSelector=a%3Db%2Cc%20in%20%28d%29");
}

TEST_CASE("names within a JSON pointer are taken as they are") {
  CHECK(pointer_of({"metadata", "labels", "depops.io/a~b"}) == "/metadata/labels/depops.io~1a~0b");
  CHECK(pointer_of({}).empty());
}
