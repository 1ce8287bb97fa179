#include "agent/kubernetes/scaling/shown.h"

#include <catch2/catch.hpp>

namespace depops::agent::kubernetes {
namespace {

SiteView with(ServiceView service) {
  SiteView view;
  view.services.push_back(std::move(service));
  return view;
}

ServiceView in_the_middle() {
  ServiceView service;
  service.stable = VersionLabel("1.0");
  service.target = VersionLabel("1.1");
  service.waiting_for = "2 more minutes of the pause";
  service.status.service = ServiceName("checkout");
  service.status.state = rollout::State::running;
  service.status.sets = {{SetId("b"), VersionLabel("1.1"), 1, 1, 1, 25, 2, 5},
                         {SetId("a"), VersionLabel("1.0"), 4, 3, 3, 75, 2, 4}};
  return service;
}

WorkloadShown shown(const ServiceView& service) {
  const auto all = shown_of(with(service), Namespace("shop"));
  REQUIRE(all.size() == 1);
  return all[0];
}

}  // namespace

TEST_CASE("a rollout under way is shown with both versions, the next one's share and all pods") {
  const WorkloadShown one = shown(in_the_middle());
  CHECK(one.key == ObjectKey{Namespace("shop"), ObjectName("checkout")});
  CHECK(one.version == "1.0");
  CHECK(one.next_version == "1.1");
  CHECK(one.weight == 25);
  CHECK(one.state == "running");
  CHECK(one.reason == "2 more minutes of the pause");
  CHECK(one.replicas == 5);
  CHECK(one.ready == 4);
  CHECK(one.size == 4u);
}

TEST_CASE("what a service was scaled to counts before what its version declares") {
  ServiceView service = in_the_middle();
  service.status.size = 9;
  CHECK(shown(service).size == 9u);
}

TEST_CASE("a rollout that has ended shows one version, and why it ended so") {
  ServiceView service = in_the_middle();
  service.target = VersionLabel("");
  service.status.state = rollout::State::rolled_back;
  service.status.reason = "errors of 1.1";
  service.status.sets = {{SetId("a"), VersionLabel("1.0"), 4, 4, 4, 100, 2, 4}};
  const WorkloadShown one = shown(service);
  CHECK(one.version == "1.0");
  CHECK(one.next_version.empty());
  CHECK(one.weight == 0);
  CHECK(one.state == "rolled_back");
  CHECK(one.reason == "errors of 1.1");
}

TEST_CASE("a first version has a size before anything is stable, and a service without any has none") {
  ServiceView first = in_the_middle();
  first.stable = VersionLabel("");
  first.status.sets = {{SetId("b"), VersionLabel("1.1"), 5, 0, 0, 0, 0, 5}};
  CHECK(shown(first).size == 5u);
  CHECK(shown(first).version.empty());
  first.status.sets.clear();
  CHECK_FALSE(shown(first).size.has_value());
}

}  // namespace depops::agent::kubernetes
