#include <catch2/catch.hpp>

#include "agent/kubernetes/client/discovery.h"
#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;

TEST_CASE("the version of a kind is one that the server has, and the best of them") {
  Visitor agent(admin());
  kube::Discovery discovery(agent.client());
  const auto found = discovery.find({kube::ApiGroup("apps"),
                                     kube::Plural("deployments"),
                                     {kube::ApiVersion("v9"), kube::ApiVersion("v1"), kube::ApiVersion("v1beta1")}});
  REQUIRE(found.ok());
  CHECK(*found == kDeployments);
  const auto core = discovery.find({kube::ApiGroup(""), kube::Plural("namespaces"), {kube::ApiVersion("v1")}});
  REQUIRE(core.ok());
  CHECK(*core == kNamespaces);
}

TEST_CASE("endpoint slices are found in whichever version the server has, and can be listed") {
  Visitor agent(admin());
  kube::Discovery discovery(agent.client());
  const auto slices = discovery.find(kube::endpoint_slices());
  REQUIRE(slices.ok());
  CHECK((slices->version.str() == "v1" || slices->version.str() == "v1beta1"));
  CHECK(slices->kind == "EndpointSlice");
  CHECK(slices->namespaced);
  CHECK(agent->list(*slices, kube::Namespace("default"), {}, 10).ok());
}

TEST_CASE("a kind that the server does not have is not found, with the versions that were asked for") {
  Visitor agent(admin());
  kube::Discovery discovery(agent.client());
  const auto none = discovery.find(
      {kube::ApiGroup("apps"), kube::Plural("rollouts"), {kube::ApiVersion("v1"), kube::ApiVersion("v2")}});
  REQUIRE_FALSE(none.ok());
  CHECK(none.failure().kind == kube::FailureKind::not_found);
  CHECK(none.failure().what.find("v1, v2") != std::string::npos);
}
