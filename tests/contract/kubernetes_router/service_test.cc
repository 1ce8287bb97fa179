#include <catch2/catch.hpp>

#include "tests/contract/kubernetes_router/routed_site.h"

using namespace depops;
using namespace depops::test;

// Routers by the Service in front of all versions.

namespace {

using Shares = std::vector<agent::SetShare>;

const Shares kAllStable{{kStable, 100}, {kCanary, 0}};
const Shares kAllCanary{{kStable, 0}, {kCanary, 100}};

std::string selected(RoutedSite& site) { return site.object()["spec"]["selector"]["depops.io/set"].as_string(); }

void begin(RoutedSite& site) {
  site.answered_by_all({kStable});
  site.serve(kStable, 2);
  site.serve(kCanary, 2);
  site.answered_by_all({kStable});
  site.order(kAllStable);
  site.wait_shares({{kStable, 100}});
}

}  // namespace

TEST_CASE("the selector moves all requests at once, and counts when every ready endpoint is of the version") {
  RoutedSite site(service_switch());
  begin(site);
  CHECK(selected(site) == kStable.str());
  site.order(kAllCanary);
  REQUIRE(comes_true([&] { return selected(site) == kCanary.str(); }));
  CHECK(site.object()["spec"]["selector"]["app"].as_string() == "checkout");
  const auto unsettled = [](const agent::RouterFacts& now) { return !now.services[0].settled; };
  site.wait(unsettled);
  site.answered_by_all({kStable, kCanary});
  site.wait(unsettled);
  site.answered_by_all({kCanary});
  site.wait_shares({{kCanary, 100}});
  site.order(kAllStable);
  site.answered_by_all({kStable});
  site.wait_shares({{kStable, 100}});
}

TEST_CASE("argo-rollouts#2488: the selector is not moved to a version of which no pod is ready") {
  RoutedSite site(service_switch());
  begin(site);
  site.serve(kCanary, 0);
  site.wait([](const agent::RouterFacts& now) { return now.services[0].endpoints.size() == 2; });
  site.order(kAllCanary);
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
  CHECK(told.services[0].trouble.find("no pod of " + kCanary.str() + " is ready") != std::string::npos);
  CHECK(selected(site) == kStable.str());
}

TEST_CASE("a share between nothing and all can not be given by a selector, and moves nothing") {
  RoutedSite site(service_switch());
  begin(site);
  site.order({{kStable, 80}, {kCanary, 20}});
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
  CHECK(told.services[0].trouble.find("use blueGreen") != std::string::npos);
  CHECK(selected(site) == kStable.str());
}

TEST_CASE("flagger#1026: a selector that somebody else writes is told with the writer's name") {
  RoutedSite site(service_switch());
  begin(site);
  kube::JsonPatch patch;
  patch.replace("/spec/selector/depops.io~1set", kCanary.str());
  site.write(patch, "helm");
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].foreign.empty(); });
  CHECK(told.services[0].foreign[0].find("the set in the selector was changed by helm") != std::string::npos);
  site.order_again();
  site.wait([](const agent::RouterFacts& now) { return now.services[0].foreign.empty(); });
  CHECK(selected(site) == kStable.str());
}

TEST_CASE("the selector is as it was when nothing of the service is wanted any more") {
  RoutedSite site(service_switch());
  begin(site);
  site.order({});
  site.wait_shares({});
  CHECK(site.object()["spec"]["selector"].find("depops.io/set") == nullptr);
  CHECK(site.object()["spec"]["selector"]["app"].as_string() == "checkout");
}

TEST_CASE("where pods alone divide, their share is told and nothing is written") {
  RoutedSite site(replica_ratio());
  const auto version = site.object()["metadata"]["resourceVersion"].as_string();
  site.serve(kStable, 3);
  site.serve(kCanary, 1);
  site.order({{kStable, 75}, {kCanary, 25}});
  site.wait_shares({{kStable, 75}, {kCanary, 25}});
  site.serve(kCanary, 3);
  site.wait_shares({{kStable, 50}, {kCanary, 50}});
  CHECK(site.object()["metadata"]["resourceVersion"].as_string() == version);
  CHECK_FALSE(site.has_service(kStable.str()));
}

TEST_CASE("where pods alone divide, a selector that names one version is told") {
  RoutedSite site(replica_ratio());
  kube::JsonPatch patch;
  patch.add("/spec/selector/depops.io~1set", kStable.str());
  site.write(patch, "helm");
  site.order({{kStable, 75}, {kCanary, 25}});
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
  CHECK(told.services[0].trouble.find("so no other version gets a request") != std::string::npos);
}
