#include "tests/support/kubernetes/fake_controllers.h"

#include <algorithm>
#include <tuple>

#include "tests/support/kubernetes/fake_daemon.h"
#include "tests/support/kubernetes/fake_jobs.h"
#include "tests/support/kubernetes/fake_stateful.h"

namespace depops::test {
namespace {

const FakeKind kDeployments{"apps", "v1", "deployments", "Deployment"};
const FakeKind kJobs{"batch", "v1", "jobs", "Job"};
const FakeKind kPods{"", "v1", "pods", "Pod"};
const FakeKind kConfigMaps{"", "v1", "configmaps", "ConfigMap"};
const FakeKind kSecrets{"", "v1", "secrets", "Secret"};
const char* const kController = "deployment-controller";

template <typename F>
std::vector<json::Value> all(const FakeObjects& objects, const FakeKind& kind, const F& wanted) {
  std::vector<json::Value> found;
  objects.each(kind, [&](const json::Value& object) {
    if (wanted(object)) found.push_back(object);
  });
  return found;
}

std::string key_of(const json::Value& object) {
  return object["metadata"]["namespace"].as_string() + "/" + object["metadata"]["name"].as_string();
}

const json::Value& owner_of(const json::Value& object) {
  static const json::Value kNone;
  const auto& owners = object["metadata"]["ownerReferences"].items();
  return owners.empty() ? kNone : owners.front();
}

bool is_ready(const json::Value& pod) {
  const auto& conditions = pod["status"]["conditions"].items();
  return std::any_of(conditions.begin(), conditions.end(), [](const json::Value& one) {
    return one["type"].as_string() == "Ready" && one["status"].as_string() == "True";
  });
}

// The first to go is the least.
auto worth(const json::Value& pod) {
  const json::Value& cost = pod["metadata"]["annotations"]["controller.kubernetes.io/pod-deletion-cost"];
  return std::tuple(is_ready(pod), cost.is_null() ? 0 : std::stoi(cost.as_string()),
                    -static_cast<std::int64_t>(std::stoull(pod["metadata"]["number"].as_string())));
}

json::Value pod_for(const json::Value& deployment, std::uint64_t number) {
  const json::Value& meta = deployment["metadata"];
  const json::Value& like = deployment["spec"]["template"];
  json::Value owner;
  owner.add("apiVersion", "apps/v1").add("kind", "ReplicaSet").add("name", meta["name"].as_string() + "-1");
  owner.add("uid", meta["uid"]).add("controller", true);
  json::Value of_pod;
  of_pod.add("name", meta["name"].as_string() + "-1-" + std::to_string(number)).add("namespace", meta["namespace"]);
  of_pod.add("labels", like["metadata"]["labels"]).add("annotations", like["metadata"]["annotations"]);
  of_pod.add("ownerReferences", json::Value::array().push(std::move(owner)));
  of_pod.add("number", std::to_string(number));  // of no API: which one is the youngest
  json::Value status;
  json::Value pod;
  pod.add("apiVersion", "v1").add("kind", "Pod").add("metadata", std::move(of_pod));
  pod.add("spec", with(like["spec"], {"nodeName"}, "fake-1")).add("status", status.add("phase", "Pending"));
  return pod;
}

void fit(FakeObjects& objects, const json::Value& deployment) {
  std::vector<json::Value> pods = all(objects, kPods, [&](const json::Value& pod) {
    return pod["metadata"]["deletionTimestamp"].is_null() && owner_of(pod)["uid"] == deployment["metadata"]["uid"];
  });
  const auto wanted = static_cast<std::size_t>(deployment["spec"]["replicas"].as_uint());
  for (std::size_t i = pods.size(); i < wanted; ++i) {
    const std::string space = deployment["metadata"]["namespace"].as_string();
    (void)objects.create(kPods, space, pod_for(deployment, objects.revision()), kController);
  }
  std::sort(pods.begin(), pods.end(), [](const auto& left, const auto& right) { return worth(left) < worth(right); });
  for (std::size_t i = 0; i + wanted < pods.size(); ++i)
    (void)objects.remove(kPods, key_of(pods[i]), json::Value::object());
}

void collect(FakeObjects& objects, const std::vector<json::Value>& owners, const FakeKind& kind) {
  const auto orphaned = [&](const json::Value& object) {
    const json::Value& owner = owner_of(object)["uid"];
    return !owner.is_null() &&
           std::none_of(owners.begin(), owners.end(), [&](const auto& one) { return one["metadata"]["uid"] == owner; });
  };
  for (const json::Value& object : all(objects, kind, orphaned))
    (void)objects.remove(kind, key_of(object), json::Value::object());
}

}  // namespace

void run_controllers(FakeObjects& objects) {
  const auto every = [](const json::Value&) { return true; };
  std::vector<json::Value> owners = all(objects, kDeployments, every);
  for (const json::Value& deployment : owners) fit(objects, deployment);
  run_jobs(objects);
  run_stateful_sets(objects);
  run_daemon_sets(objects);
  std::vector<json::Value> in_place = all(objects, kFakeStatefulSets, every);
  for (json::Value& one : all(objects, kFakeDaemonSets, every)) in_place.push_back(std::move(one));
  collect(objects, in_place, kFakeRevisions);
  for (const FakeKind& kind : {kJobs, kFakeStatefulSets, kFakeDaemonSets, kFakeRevisions})
    for (json::Value& one : all(objects, kind, every)) owners.push_back(std::move(one));
  for (const FakeKind& kind : {kPods, kConfigMaps, kSecrets}) collect(objects, owners, kind);
}

}  // namespace depops::test
