#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/kubernetes_rights/site_in_cluster.h"
#include "tests/contract/runtime/kubernetes_fake.h"
#include "tests/support/kubernetes/agent_login.h"

namespace depops::test {

TEST_CASE("each right of the role is used, and nothing is asked for that it does not grant") {
  (void)fake_kubernetes().rights_used();
  SiteInCluster site;
  site.hold_lease();
  site.run_versions();
  site.tell_events();
  site.run_jobs();
  site.show_workload();
  site.shrink_and_remove();
  const std::set<std::string> granted = rights_in({"namespace/role.yaml"});
  const std::set<std::string> used = fake_kubernetes().rights_used();
  std::vector<std::string> unused;
  std::ranges::set_difference(granted, used, std::back_inserter(unused));
  CHECK(unused == std::vector<std::string>{});
}

TEST_CASE("each right of the role for StatefulSets is used") {
  (void)fake_kubernetes().rights_used();
  run_in_place();
  const std::set<std::string> granted = rights_in({"namespace/statefulset.yaml"});
  const std::set<std::string> used = fake_kubernetes().rights_used();
  std::vector<std::string> unused;
  std::ranges::set_difference(granted, used, std::back_inserter(unused));
  CHECK(unused == std::vector<std::string>{});
}

TEST_CASE("each right of the roles for DaemonSets is used") {
  (void)fake_kubernetes().rights_used();
  run_on_nodes();
  const std::set<std::string> granted = rights_in({"namespace/daemonset.yaml", "cluster-wide/cluster-role-nodes.yaml"});
  const std::set<std::string> used = fake_kubernetes().rights_used();
  std::vector<std::string> unused;
  std::ranges::set_difference(granted, used, std::back_inserter(unused));
  CHECK(unused == std::vector<std::string>{});
}

}  // namespace depops::test
