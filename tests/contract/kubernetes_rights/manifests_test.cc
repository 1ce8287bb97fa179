#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "shared/json/write.h"
#include "tests/contract/runtime/kubernetes_world.h"
#include "tests/support/child.h"
#include "tests/support/kubernetes/agent_login.h"
#include "tests/support/kubernetes/fake_tree.h"
#include "tests/support/paths.h"

namespace depops::test {
namespace {

namespace fs = std::filesystem;

// Below deploy/kubernetes, but what only kustomize reads.
std::vector<std::string> manifest_files() {
  std::vector<std::string> files;
  const fs::path root = source_dir() + "/deploy/kubernetes";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path& file = entry.path();
    if (file.extension() == ".yaml" && file.filename() != "kustomization.yaml")
      files.push_back(fs::relative(file, root).string());
  }
  return files;
}

const json::Value& container_of(const json::Value& agent, const char* list) {
  return at(agent, {"spec", "template", "spec", list}).items().at(0);
}

// "pods get" and so on, as a server prints it.
std::string kubectl(const std::vector<std::string>& words) {
  const std::string log = kubernetes_server().folder() + "/kubectl.log";
  std::vector<std::string> all{std::string(std::getenv("KUBEBUILDER_ASSETS")) + "/kubectl",
                               "--kubeconfig=" + kubernetes_server().kubeconfig()};
  all.insert(all.end(), words.begin(), words.end());
  Child child(all, log);
  const int status = child.wait();
  return status == 0 ? text_of_file(log) : "failed: " + text_of_file(log);
}

}  // namespace

TEST_CASE("every manifest is read by the strict reader, and each object says what it is") {
  const auto files = manifest_files();
  CHECK(files.size() >= 12);
  for (const std::string& file : files) {
    INFO(file);
    for (const json::Value& object : deploy_manifests(file)) {
      CHECK_FALSE(object["apiVersion"].as_string().empty());
      CHECK_FALSE(object["kind"].as_string().empty());
      CHECK_FALSE(object["metadata"]["name"].as_string().empty());
    }
  }
}

TEST_CASE("the cluster-wide role grants what that of a namespace does") {
  CHECK(json::write(deploy_manifests("cluster-wide/cluster-role.yaml").at(0)["rules"]) ==
        json::write(deploy_manifests("namespace/role.yaml").at(0)["rules"]));
  CHECK(json::write(deploy_manifests("cluster-wide/cluster-role-statefulset.yaml").at(0)["rules"]) ==
        json::write(deploy_manifests("namespace/statefulset.yaml").at(0)["rules"]));
  CHECK(json::write(deploy_manifests("cluster-wide/cluster-role-daemonset.yaml").at(0)["rules"]) ==
        json::write(deploy_manifests("namespace/daemonset.yaml").at(0)["rules"]));
}

TEST_CASE("no role grants everything of a kind, impersonation or rights") {
  for (const std::string& file : manifest_files()) {
    for (const std::string& right : rights_in({file})) {
      INFO(file + ": " + right);
      CHECK(right.find('*') == std::string::npos);
      CHECK(right.find("rbac.") == std::string::npos);
      CHECK(right.find("impersonate") == std::string::npos);
      if (file != "cluster-wide/cluster-role-nodes.yaml") CHECK(right.find("nodes") == std::string::npos);
      CHECK(right.find("exec") == std::string::npos);
    }
  }
}

TEST_CASE("of nodes nothing is granted but to list them, and that in a file of its own") {
  CHECK(rights_in({"cluster-wide/cluster-role-nodes.yaml"}) == std::set<std::string>{"list /nodes"});
}

TEST_CASE("the agent's pod has no privilege, no writable root, one replica at a time and keeps its journal") {
  const json::Value agent = deploy_manifests("agent/agent.yaml").at(0);
  CHECK(agent["spec"]["replicas"].as_int() == 1);
  CHECK(at(agent, {"spec", "strategy", "type"}).as_string() == "Recreate");
  const json::Value& pod = at(agent, {"spec", "template", "spec"});
  CHECK(pod["securityContext"]["runAsNonRoot"].as_bool());
  CHECK(at(pod, {"securityContext", "seccompProfile", "type"}).as_string() == "RuntimeDefault");
  CHECK(at(pod["volumes"].items().at(0), {"persistentVolumeClaim", "claimName"}).as_string() == "depops-agent");
  for (const char* list : {"containers", "initContainers"}) {
    const json::Value& context = container_of(agent, list)["securityContext"];
    CHECK(context["readOnlyRootFilesystem"].as_bool());
    CHECK_FALSE(context["allowPrivilegeEscalation"].is_null());
    CHECK_FALSE(context["allowPrivilegeEscalation"].as_bool());
    CHECK(at(context, {"capabilities", "drop"}).items().at(0).as_string() == "ALL");
    CHECK_FALSE(at(container_of(agent, list), {"resources", "limits", "memory"}).is_null());
  }
  for (const char* probe : {"startupProbe", "livenessProbe", "readinessProbe"})
    CHECK_FALSE(container_of(agent, "containers")[probe].is_null());
}

TEST_CASE("a real server takes the manifests, and kustomize builds them") {
  if (!kubernetes_server().is_real()) return;
  const std::string root = source_dir() + "/deploy/kubernetes";
  KubernetesWorld world;  // a namespace depops with its account, as the roles want it
  for (const char* folder : {"/agent", "/namespace"}) {
    const std::string built = kubectl({"kustomize", root + folder});
    INFO(built);
    CHECK(built.find("failed: ") == std::string::npos);
    CHECK(built.find("kind: ") != std::string::npos);
  }
  CHECK(kubectl({"apply", "--server-side", "--dry-run=server", "--force-conflicts", "-k", root + "/agent"})
            .find("deployment.apps/depops-agent serverside-applied") != std::string::npos);
  for (const std::string& file : manifest_files()) {
    const std::string said =
        kubectl({"apply", "--server-side", "--dry-run=server", "--force-conflicts", "-f", root + "/" + file});
    INFO(file + ": " + said);
    CHECK(said.find("serverside-applied") != std::string::npos);
  }
}

}  // namespace depops::test
