#include "agent/kubernetes/workloads/adoption.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace depops::agent::kubernetes {
namespace {

// Managers that put what they know back whenever they look.
constexpr std::array<std::string_view, 4> kPersistent{"argocd", "flux", "helm-controller", "kustomize-controller"};

bool is_persistent(const std::string& manager) {
  return std::ranges::any_of(kPersistent, [&](std::string_view known) { return manager.starts_with(known); });
}

std::string named(const Adopted& old) { return "Deployment " + old.key.name.str(); }

std::string autoscaled(const Adopted& old, const std::string& by) {
  return "the HorizontalPodAutoscaler " + by + " scales the " + named(old) +
         ", from which versions take over; let it scale the service instead (spec.scaleTargetRef: {apiVersion: "
         "depops.io/v1, kind: Workload, name: " +
         old.service.str() +
         "}; a cluster without that kind gets it from deploy/kubernetes/workload-crd.yaml), or delete it";
}

}  // namespace

std::string ignore_rules(const ObjectName& deployment) {
  const std::string& name = deployment.str();
  return "Argo CD, in the Application: spec.ignoreDifferences: [{group: apps, kind: Deployment, name: " + name +
         ", jsonPointers: [/spec/replicas]}] and spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true]. Flux: "
         "leave "
         "spec.replicas out of the manifest, or in a HelmRelease spec.driftDetection.ignore: [{paths: "
         "[/spec/replicas], "
         "target: {kind: Deployment, name: " +
         name + "}}]";
}

std::string stands_against(const Adopted& old, const std::vector<json::Value>& autoscalers) {
  for (const json::Value& one : autoscalers) {
    const json::Value& target = one["spec"]["scaleTargetRef"];
    if (target["kind"].as_string() == "Deployment" && target["name"].as_string() == old.key.name.str())
      return autoscaled(old, one["metadata"]["name"].as_string());
  }
  if (!is_persistent(old.scaled_by)) return "";
  return old.scaled_by + " writes spec.replicas of the " + named(old) +
         ", from which versions take over, and would write it again; let it leave that alone first. " +
         ignore_rules(old.key.name);
}

std::string written_back(const Adopted& old) {
  return "the " + named(old) + ", from which " + old.service.str() + " took over, was scaled to " +
         std::to_string(old.replicas) + " again by " + (old.scaled_by.empty() ? "somebody" : old.scaled_by) +
         "; its pods get requests beside those of the version. Let it leave that alone, then: kubectl scale "
         "deployment " +
         old.key.name.str() + " --replicas=0. " + ignore_rules(old.key.name);
}

}  // namespace depops::agent::kubernetes
