#include "shared/rollout/companions.h"

#include <catch2/catch.hpp>

namespace depops::rollout {
namespace {

// 4 of the service, 3 workers.
VersionSnapshot shop() {
  VersionSnapshot snapshot;
  snapshot.set = SetId("shop-000000000001");
  snapshot.settings = {{"LOG", "info"}};
  snapshot.workload.command = {"bin/shop"};
  snapshot.workload.replicas = 4;
  snapshot.companions["worker"].command = {"bin/worker"};
  snapshot.companions["worker"].replicas = 3;
  return snapshot;
}

}  // namespace

TEST_CASE("companions come in the proportion that is declared, rounded up, none beside none") {
  const VersionSnapshot snapshot = shop();
  const ProcessWorkload& worker = snapshot.companions.at("worker");
  CHECK(companions_for(snapshot, worker, 0) == 0);
  CHECK(companions_for(snapshot, worker, 1) == 1);
  CHECK(companions_for(snapshot, worker, 2) == 2);
  CHECK(companions_for(snapshot, worker, 4) == 3);
  CHECK(companions_for(snapshot, worker, 8) == 6);
  CHECK(companions_for(snapshot, worker, 1'000) == 750);
}

TEST_CASE("a runtime runs a companion like a version of its own") {
  const VersionSnapshot worker = companion_of(shop(), "worker");
  CHECK(worker.set == SetId("shop-000000000001-worker"));
  CHECK(worker.workload.command == std::vector<std::string>{"bin/worker"});
  CHECK(worker.settings == shop().settings);
  CHECK(worker.companions.empty());
}

TEST_CASE("a set's id tells whose instances it keeps") {
  const ServiceName shop_name("shop");
  CHECK(companion_in(SetId("shop-000000000001"), shop_name).empty());
  CHECK(companion_in(companion_set(SetId("shop-000000000001"), "mail-worker"), shop_name) == "mail-worker");
  CHECK(companion_in(SetId("shop-000000000001-"), shop_name).empty());
  CHECK(companion_in(SetId("shop-000000000001x"), shop_name).empty());
  CHECK(companion_in(SetId("other-000000000001-worker"), shop_name).empty());
  CHECK(companion_in(SetId(), shop_name).empty());
}

TEST_CASE("a set is worth what its companion lets it be") {
  CHECK(complete_with(4, 3, 3) == 4);
  CHECK(complete_with(4, 5, 3) == 4);
  CHECK(complete_with(4, 2, 3) == 2);
  CHECK(complete_with(4, 0, 3) == 0);
  CHECK(complete_with(1, 0, 1) == 0);
  CHECK(complete_with(0, 0, 0) == 0);
}

}  // namespace depops::rollout
