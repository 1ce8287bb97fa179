#include "tests/contract/kubernetes_rollout/cluster_life.h"

#include <algorithm>

#include "tests/contract/kubernetes_router/flavour.h"
#include "tests/support/kubernetes/fake_controllers.h"

namespace depops::test {
namespace {

constexpr unsigned kTurnsToEnd = 8;  // of a pod, about
constexpr const char* kSince = "2026-01-01T00:00:00Z";

bool fits(const json::Value& selector, const json::Value& pod) {
  const json::Value& labels = pod["metadata"]["labels"];
  return !selector.members().empty() && std::ranges::all_of(selector.members(), [&](const auto& wanted) {
    return labels[wanted.first] == wanted.second;
  });
}

json::Value endpoint_of(const json::Value& pod) {
  json::Value conditions;
  json::Value target;
  json::Value one;
  one.add("addresses", json::Value::array().push(pod["status"]["podIP"]));
  one.add("conditions", conditions.add("ready", is_ready_pod(pod)));
  return one.add("targetRef",
                 target.add("kind", "Pod").add("name", pod["metadata"]["name"]).add("uid", pod["metadata"]["uid"]));
}

json::Value slice_of(const json::Value& service, const std::vector<json::Value>& pods) {
  const std::string& name = service["metadata"]["name"].as_string();
  json::Value endpoints = json::Value::array();
  for (const json::Value& pod : pods) {
    if (fits(service["spec"]["selector"], pod) && !pod["status"]["podIP"].is_null()) endpoints.push(endpoint_of(pod));
  }
  json::Value slice = parsed(R"({"apiVersion":"discovery.k8s.io/v1beta1","kind":"EndpointSlice","addressType":"IPv4",)"
                             R"("ports":[{"name":"http","port":8080}]})");
  json::Value labels;
  json::Value meta;
  meta.add("name", name + "-1").add("namespace", service["metadata"]["namespace"]);
  meta.add("labels", labels.add("kubernetes.io/service-name", name));
  return slice.add("metadata", std::move(meta)).add("endpoints", std::move(endpoints));
}

json::Value status_of(bool well, bool crashes) {
  const std::string ready = well ? "true" : "false";
  const std::string state = crashes ? R"({"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},"lastState":)"
                                      R"({"terminated":{"exitCode":1}})"
                                    : R"({"running":{}})";
  return parsed(R"({"phase":"Running","containerStatuses":[{"name":"web","restartCount":)" +
                std::string(crashes ? "3" : "0") + R"(,"ready":)" + ready + R"(,"state":)" + state +
                R"(}],"conditions":[{"type":"Ready","status":")" + (well ? "True" : "False") +
                R"(","lastTransitionTime":")" + kSince + "\"}]}");
}

}  // namespace

bool is_ready_pod(const json::Value& pod) {
  const auto& conditions = pod["status"]["conditions"].items();
  return pod["metadata"]["deletionTimestamp"].is_null() && std::ranges::any_of(conditions, [](const auto& one) {
           return one["type"].as_string() == "Ready" && one["status"].as_string() == "True";
         });
}

// As a kubelet does: no container begins before what it refers to is there.
bool ClusterLife::lacks_settings(const FakeObjects& objects, const json::Value& pod) const {
  for (const json::Value& container : pod["spec"]["containers"].items()) {
    for (const json::Value& from : container["envFrom"].items()) {
      const std::string& name = from["configMapRef"]["name"].as_string();
      if (objects.get(kConfigMapsOfFake, space_ + "/" + name).status != 200) return true;
    }
  }
  return false;
}

std::vector<json::Value> ClusterLife::all(const FakeObjects& objects, const FakeKind& kind) const {
  std::vector<json::Value> found;
  objects.each(kind, [&](const json::Value& one) {
    if (one["metadata"]["namespace"].as_string() == space_) found.push_back(one);
  });
  return found;
}

void ClusterLife::go_on(FakeObjects& objects) {
  if (slow_ && now()) run_controllers(objects);
  start_pods(objects);
  end_pods(objects);
  write_slices(objects);
  answer_routes(objects);
}

void ClusterLife::start_pods(FakeObjects& objects) {
  for (const json::Value& pod : all(objects, kPodsOfFake)) {
    const std::string& set = pod["metadata"]["labels"]["depops.io/set"].as_string();
    const bool crashes = crashing_.contains(set);
    const bool well = !ill_.contains(set) && !crashes;
    const bool begun = !pod["status"]["podIP"].is_null();
    if (!begun && lacks_settings(objects, pod)) continue;
    const bool ends = !pod["metadata"]["deletionTimestamp"].is_null();
    if (ends || (begun && is_ready_pod(pod) == well) || !now()) continue;
    json::Value status = status_of(well, crashes);
    if (!begun) ++addresses_;
    if (!begun)
      status.add("podIP", "10.0." + std::to_string(addresses_ / 200) + "." + std::to_string(addresses_ % 200 + 1));
    json::Value change;
    if (slow_ && !begun) change = parsed(R"({"metadata":{"finalizers":["test/kubelet"]}})");
    const std::string key = space_ + "/" + pod["metadata"]["name"].as_string();
    (void)objects.merge_patch(kPodsOfFake, key, change.add("status", std::move(status)), "kubelet");
  }
}

void ClusterLife::end_pods(FakeObjects& objects) {
  for (const json::Value& pod : all(objects, kPodsOfFake)) {
    const bool ends = !pod["metadata"]["deletionTimestamp"].is_null();
    if (!ends || (late_ && chance_() % kTurnsToEnd != 0)) continue;
    const std::string key = space_ + "/" + pod["metadata"]["name"].as_string();
    (void)objects.merge_patch(kPodsOfFake, key, parsed(R"({"metadata":{"finalizers":[]}})"), "kubelet");
  }
}

void ClusterLife::write_slices(FakeObjects& objects) {
  if (!now()) return;
  const auto pods = all(objects, kPodsOfFake);
  const auto services = all(objects, kServicesOfFake);
  for (const json::Value& service : services) {
    const std::string key = space_ + "/" + service["metadata"]["name"].as_string() + "-1";
    (void)objects.apply(kSlicesOfFake, key, slice_of(service, pods), "endpointslice-controller", true);
  }
}

void ClusterLife::answer_routes(FakeObjects& objects) {
  if (!now()) return;
  for (const json::Value& route : all(objects, kRoutesOfFake)) {
    const std::string seen = std::to_string(route["metadata"]["generation"].as_int());
    const auto condition = [&seen](const char* type) {
      return R"({"type":")" + std::string(type) + R"(","status":"True","reason":"Told","observedGeneration":)" + seen +
             "}";
    };
    const json::Value change =
        parsed(R"({"status":{"parents":[{"parentRef":{"name":"public"},"controllerName":"example.com/gateway",)"
               R"("conditions":[)" +
               condition("Accepted") + "," + condition("ResolvedRefs") + "]}]}}");
    const std::string key = space_ + "/" + route["metadata"]["name"].as_string();
    (void)objects.merge_patch(kRoutesOfFake, key, change, "gateway-controller");
  }
}

}  // namespace depops::test
