#include "agent/kubernetes/workloads/left_behind.h"

#include <catch2/catch.hpp>

#include "tests/unit/agent/kubernetes/workloads/site.h"

using namespace depops;
using namespace depops::test;

namespace {

using agent::LeftBehind;

// Version 1 had a worker and is over; version 2 has none and is at rest.
struct SiteWithoutWorker : Site {
  SiteWithoutWorker() {
    limits.history = 1;
    wish({order("checkout-000000000001", 2), order("checkout-000000000001-worker", 1)});
    settle();
    wish({order("checkout-000000000002", 2)});
    orders->at_rest = {ServiceName("checkout")};
    settle();
    now_ms += 60'000;
    settle();
  }
  std::vector<LeftBehind> left() { return facts().left; }
  bool has(const char* set) { return workload_in(cluster, SetId(set)) != nullptr; }
  void let_go() {
    orders->prune = {left().at(0).life};
    now_ms += 60'000;
    settle();
  }
};

}  // namespace

TEST_CASE("what the version that runs has not is told as left behind, with its name, and stays") {
  SiteWithoutWorker site;
  REQUIRE(site.left().size() == 1);
  const LeftBehind left = site.left()[0];
  CHECK(left.set == SetId("checkout-000000000001-worker"));
  CHECK(left.part == "Deployment/worker");
  CHECK(left.service == ServiceName("checkout"));
  CHECK(left.life == site.of(SetId("checkout-000000000001-worker")).uid.str());
  CHECK_FALSE(left.named);
}

TEST_CASE("history never takes away unasked what the version that runs has not") {
  SiteWithoutWorker site;
  site.limits.history = 0;
  site.settle();
  CHECK_FALSE(site.has("checkout-000000000001"));
  CHECK(site.has("checkout-000000000001-worker"));
  site.let_go();
  CHECK(site.has("checkout-000000000001-worker"));  // ordered to go, and no version says so
}

TEST_CASE("it goes when the version that runs names it and it is ordered to go, and only as it was read") {
  SiteWithoutWorker site;
  site.of(SetId("checkout-000000000002")).removes = {"Deployment/worker"};
  CHECK(site.left().at(0).named);
  site.now_ms += 60'000;
  site.settle();
  CHECK(site.has("checkout-000000000001-worker"));  // named, and not ordered
  site.orders->prune = {"another life"};
  CHECK(site.acts().empty());
  site.orders->prune = {site.left()[0].life};
  const auto acts = site.acts();
  REQUIRE(acts.size() == 1);
  CHECK(std::get<Remove>(acts[0]).as_read);
  CHECK(std::get<Remove>(acts[0]).workload.set == SetId("checkout-000000000001-worker"));
  site.settle();
  CHECK_FALSE(site.has("checkout-000000000001-worker"));
  CHECK(site.left().empty());
}

TEST_CASE("the version in a StatefulSet's template says what goes, and no other one there") {
  SiteWithoutWorker site;
  InPlace object;
  object.service = ServiceName("checkout");
  object.removes = {"Deployment/worker"};
  object.set = SetId("checkout-000000000002");
  site.cluster.in_place = {object};
  CHECK(site.left().at(0).named);
  site.cluster.in_place[0].set = SetId("checkout-000000000003");
  CHECK_FALSE(site.left().at(0).named);
}

TEST_CASE("nothing goes while the service is not at rest and whole for as long as its requests may take") {
  SiteWithoutWorker site;
  site.of(SetId("checkout-000000000002")).removes = {"Deployment/worker"};
  site.orders->prune = {site.left().at(0).life};
  SECTION("a rollout is under way") { site.orders->at_rest.clear(); }
  SECTION("a pod is not ready") { site.cluster.pods.at(0).ready = false; }
  CHECK(site.acts().empty());
}

TEST_CASE("what is ordered, has pods, is not known or belongs to a service of which nothing is ordered is not left") {
  SiteWithoutWorker site;
  SECTION("the version under way has a worker") {
    site.wish({order("checkout-000000000002", 2), order("checkout-000000000003", 1),
               order("checkout-000000000003-worker", 1)});
  }
  SECTION("its pods still end") {
    Pod pod;
    pod.set = SetId("checkout-000000000001-worker");
    pod.uid = Uid("last");
    pod.deleting = true;
    site.cluster.pods.push_back(pod);
  }
  SECTION("nothing is ordered of the service") { site.wish({}); }
  SECTION("there are no orders yet") { site.orders.reset(); }
  CHECK(site.left().empty());
}
