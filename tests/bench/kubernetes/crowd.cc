#include "tests/bench/kubernetes/crowd.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace depops::bench {
namespace {

constexpr const char* kController = "kube-controller-manager";
constexpr const char* kKubelet = "kubelet";
constexpr const char* kOwn = "crowded";  // the service of the measured agent

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

json::Value named(const std::string& name, json::Value value) {
  json::Value one;
  return one.add("name", name).add("value", std::move(value));
}

// As many words as pods of real programs have.
json::Value container(const std::string& name) {
  json::Value variables = json::Value::array();
  for (int i = 0; i < 16; ++i)
    variables.push(named("SETTING_NUMBER_" + std::to_string(i), "a value of some length, number " + std::to_string(i)));
  json::Value mounts = json::Value::array();
  for (const char* path : {"/etc/settings", "/var/run/secrets/kubernetes.io/serviceaccount", "/tmp"}) {
    json::Value mount;
    mounts.push(mount.add("name", std::string("volume-") + (path + 1)).add("mountPath", path).add("readOnly", true));
  }
  json::Value made;
  made.add("name", name).add("image", "registry.example.org/team/" + name + ":1.2.3");
  made.add("env", std::move(variables)).add("volumeMounts", std::move(mounts));
  return made.add("terminationMessagePath", "/dev/termination-log").add("imagePullPolicy", "IfNotPresent");
}

json::Value pod(std::size_t number) {
  json::Value labels;
  labels.add("app", "others-" + std::to_string(number % 100)).add("pod-template-hash", "5d8f7c9b6d");
  json::Value meta;
  meta.add("name", "others-" + std::to_string(number % 100) + "-5d8f7c9b6d-" + std::to_string(number));
  meta.add("namespace", "shop").add("labels", std::move(labels)).add("creationTimestamp", now_text());
  json::Value spec;
  spec.add("containers", json::Value::array().push(container("web")).push(container("proxy")));
  spec.add("nodeName", "node-" + std::to_string(number % 50)).add("restartPolicy", "Always");
  json::Value status;
  json::Value made;
  made.add("apiVersion", "v1").add("kind", "Pod").add("metadata", std::move(meta)).add("spec", std::move(spec));
  return made.add("status", status.add("phase", "Pending"));
}

constexpr std::size_t kInSlice = 100;

json::Value endpoint_of(const json::Value& pod) {
  json::Value conditions;
  json::Value target;
  json::Value one;
  target.add("kind", "Pod").add("namespace", "shop").add("name", pod["metadata"]["name"]);
  target.add("uid", pod["metadata"]["uid"]).add("resourceVersion", pod["metadata"]["resourceVersion"]);
  one.add("addresses", json::Value::array().push(pod["status"]["podIP"]));
  one.add("conditions", conditions.add("ready", true).add("serving", true).add("terminating", false));
  return one.add("targetRef", std::move(target)).add("nodeName", pod["spec"]["nodeName"]);
}

// As the controller writes them: empty ones stay.
void write_slices(test::FakeObjects& objects, const std::string& service, const std::vector<json::Value>& pods) {
  for (std::size_t from = 0, number = 0; from < pods.size() || number == 0; from += kInSlice, ++number) {
    json::Value endpoints = json::Value::array();
    for (std::size_t i = from; i < std::min(from + kInSlice, pods.size()); ++i) endpoints.push(endpoint_of(pods[i]));
    const std::string name = service + "-" + std::to_string(number);
    json::Value labels;
    json::Value meta;
    meta.add("name", name).add("namespace", "shop");
    meta.add("labels", labels.add("kubernetes.io/service-name", service));
    json::Value slice;
    slice.add("apiVersion", "discovery.k8s.io/v1beta1").add("kind", "EndpointSlice").add("addressType", "IPv4");
    slice.add("metadata", std::move(meta)).add("endpoints", std::move(endpoints));
    (void)objects.apply(kCrowdSlices, "shop/" + name, slice, kController, true);
  }
}

json::Value condition(const char* type, const std::string& since) {
  json::Value one;
  one.add("type", type).add("status", "True").add("lastProbeTime", json::Value()).add("lastTransitionTime", since);
  return one;
}

json::Value running(const json::Value& pod, std::size_t number) {
  const std::string since = now_text();
  json::Value conditions = json::Value::array();
  for (const char* type : {"Initialized", "Ready", "ContainersReady", "PodScheduled"})
    conditions.push(condition(type, since));
  json::Value statuses = json::Value::array();
  for (const json::Value& of : pod["spec"]["containers"].items()) {
    json::Value started;
    json::Value state;
    json::Value one;
    one.add("name", of["name"]).add("image", of["image"]).add("ready", true).add("started", true);
    one.add("imageID", "registry.example.org/team/web@sha256:" + std::string(64, 'a')).add("restartCount", 0);
    one.add("containerID", "containerd://" + std::string(64, 'b'));
    one.add("state", state.add("running", started.add("startedAt", since)));
    statuses.push(std::move(one));
  }
  json::Value status;
  status.add("phase", "Running").add("conditions", std::move(conditions)).add("hostIP", "10.0.0.1");
  status.add("podIP", "10.1." + std::to_string(number / 250 % 250) + "." + std::to_string(1 + number % 250));
  return status.add("startTime", since).add("containerStatuses", std::move(statuses)).add("qosClass", "Burstable");
}

}  // namespace

void add_crowd(test::FakeObjects& objects, std::size_t pods) {
  for (std::size_t i = 0; i < pods; ++i) (void)objects.create(kCrowdPods, "shop", pod(i), kController);
  run_pods(objects);
  std::map<std::string, std::vector<json::Value>> by_service;
  objects.each(kCrowdPods, [&](const json::Value& one) {
    by_service[one["metadata"]["labels"]["app"].as_string()].push_back(one);
  });
  for (const auto& [service, of_it] : by_service) write_slices(objects, service, of_it);
  json::Value selector;
  json::Value meta;
  json::Value spec;
  json::Value front;
  front.add("apiVersion", "v1").add("kind", "Service").add("metadata", meta.add("name", kOwn));
  front.add("spec", spec.add("selector", selector.add("app", kOwn)));
  (void)objects.create(kCrowdServices, "shop", front, "kubectl");
}

void run_pods(test::FakeObjects& objects) {
  std::vector<json::Value> waiting;
  objects.each(kCrowdPods, [&](const json::Value& one) {
    if (one["status"]["phase"].as_string() == "Pending") waiting.push_back(one);
  });
  for (const json::Value& one : waiting) {
    json::Value change;
    change.add("status", running(one, static_cast<std::size_t>(objects.revision())));
    const std::string key = "shop/" + one["metadata"]["name"].as_string();
    (void)objects.merge_patch(kCrowdPods, key, change, kKubelet);
  }
  std::vector<json::Value> own;
  objects.each(kCrowdPods, [&](const json::Value& one) {
    if (one["metadata"]["labels"]["app"].as_string() == kOwn) own.push_back(one);
  });
  if (!own.empty()) write_slices(objects, kOwn, own);
}

}  // namespace depops::bench
