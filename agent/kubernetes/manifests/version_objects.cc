#include "agent/kubernetes/manifests/version_objects.h"

#include <algorithm>
#include <set>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/nodes.h"
#include "agent/kubernetes/manifests/parts.h"
#include "agent/kubernetes/manifests/removals.h"
#include "shared/json/write.h"
#include "shared/rollout/companions.h"
#include "shared/signing/signing.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kLabelMax = 63;

Error refusal(const std::string& place, const std::string& what) { return {Errc::refused, place + ": " + what}; }

Result<void> check_all(const std::vector<ManifestObject>& manifests, const Policy& policy) {
  std::set<std::string> seen;
  for (const ManifestObject& object : manifests) {
    DEPOPS_TRY_VOID(check_policy(object, policy));
    const std::string name = object.body["kind"].as_string() + " " + object.body["metadata"]["name"].as_string();
    if (!seen.insert(name).second) return refusal(object.place, "stands twice in the manifests; leave one out");
  }
  DEPOPS_TRY_VOID(check_batch_labels(manifests));
  return check_removals(manifests);
}

bool is_deployment(const ManifestObject& object, const std::string& name) {
  return object.body["kind"].as_string() == "Deployment" && object.body["metadata"]["name"].as_string() == name;
}

Result<const ManifestObject*> companion_deployment(const std::vector<ManifestObject>& manifests,
                                                   const std::string& name) {
  for (const ManifestObject& object : manifests) {
    if (is_deployment(object, name)) return &object;
  }
  return Error{Errc::refused, "spec.companions names " + name + ", and the manifests hold no Deployment of that name"};
}

bool is_workload(const ManifestObject& object) {
  return object.body["kind"].as_string() == "Deployment" || is_in_place(object.body);
}

// The one that takes the requests: that which is no companion.
Result<const ManifestObject*> own_workload(const std::vector<ManifestObject>& manifests,
                                           const rollout::VersionSnapshot& snapshot) {
  const ManifestObject* found = nullptr;
  for (const ManifestObject& object : manifests) {
    const bool companion = snapshot.companions.contains(object.body["metadata"]["name"].as_string());
    if (!is_workload(object) || companion) continue;
    if (found != nullptr)
      return refusal(object.place, "is a second workload beside " + found->place +
                                       "; one takes the requests, name the other under spec.companions or make it a "
                                       "service of its own");
    found = &object;
  }
  if (found == nullptr)
    return Error{Errc::refused, snapshot.companions.empty()
                                    ? "the manifests hold no Deployment, StatefulSet or DaemonSet; a version needs one"
                                    : "the manifests hold no workload but those of spec.companions; one that is "
                                      "none of them takes the requests"};
  return found;
}

// Whichever of the version's Deployments the snapshot stands for. A version misses none of them, or nothing is made.
Result<const ManifestObject*> deployment_of(const std::vector<ManifestObject>& manifests,
                                            const rollout::VersionSnapshot& snapshot) {
  const std::string companion = rollout::companion_in(snapshot.set, snapshot.service);
  if (!companion.empty()) return companion_deployment(manifests, companion);
  for (const auto& [name, workload] : snapshot.companions) {
    const auto there = companion_deployment(manifests, name);
    if (!there.ok()) return there.error();
  }
  return own_workload(manifests, snapshot);
}

class Builder {
 public:
  Builder(const rollout::VersionSnapshot& snapshot, const SiteName& site, const Policy& policy)
      : snapshot_(snapshot), parts_(snapshot, snapshot.set.str(), version_labels(snapshot, site), policy) {}

  Result<VersionObjects> build(const std::vector<ManifestObject>& manifests, const ManifestObject& chosen) {
    VersionObjects objects;
    for (const ManifestObject& object : manifests) {
      if (!is_workload(object)) objects.attachments.push_back(parts_.attachment(object));
    }
    objects.workload = is_daemon_set(chosen.body) ? daemon_set(chosen)
                       : is_in_place(chosen.body) ? stateful_set(chosen)
                                                  : deployment(chosen);
    return objects;
  }

 private:
  static Labels version_labels(const rollout::VersionSnapshot& snapshot, const SiteName& site) {
    Labels labels = labels_of(snapshot, site);
    labels[kSetLabel] = snapshot.set.str();
    const std::string companion = rollout::companion_in(snapshot.set, snapshot.service);
    if (!companion.empty()) labels[kCompanionLabel] = companion;
    return labels;
  }

  json::Value pod_template(const json::Value& from) const {
    json::Value pod = parts_.with_renames(from["spec"]);
    const json::Value port = at_first_port(pod);
    pod = with_variables(pod, snapshot_.settings);
    json::Value meta;
    meta.add("labels", from["metadata"]["labels"].is_object() ? from["metadata"]["labels"] : json::Value::object());
    meta.add("annotations",
             from["metadata"]["annotations"].is_object() ? from["metadata"]["annotations"] : json::Value::object());
    for (const auto& [name, value] : parts_.labels()) meta = with(meta, {"labels", name}, value);
    if (port.is_integer()) meta = with(meta, {"annotations", kPortAnnotation}, std::to_string(port.as_int()));
    json::Value made;
    return made.add("metadata", std::move(meta)).add("spec", std::move(pod));
  }

  // Of the first container that has a port.
  static const json::Value& at_first_port(const json::Value& pod) {
    static const json::Value kNone;
    for (const json::Value& container : pod["containers"].items()) {
      if (!container["ports"].items().empty()) return container["ports"].items().front()["containerPort"];
    }
    return kNone;
  }

  json::Value deployment(const ManifestObject& chosen) {
    const json::Value& from = chosen.body;
    json::Value spec = without(without(from["spec"], {"paused"}), {"replicas"});
    spec = with(spec, {"selector", "matchLabels", kSetLabel}, snapshot_.set.str());
    spec = with(spec, {"template"}, pod_template(from["spec"]["template"]));
    const std::string digest = signing::sha256_hex(json::write(spec));
    spec.add("replicas", 0);
    json::Value meta = parts_.marked(from["metadata"], snapshot_.set.str());
    json::Value made;
    made.add("apiVersion", "apps/v1").add("kind", "Deployment");
    made.add("metadata", with(meta, {"annotations", kContentAnnotation}, digest));
    return made.add("spec", std::move(spec));
  }

  // One object for all versions: what tells them apart is in the template alone.
  json::Value stateful_set(const ManifestObject& chosen) {
    const json::Value& from = chosen.body;
    json::Value spec = without(without(from["spec"], {"replicas"}), {"updateStrategy"});
    spec = with(spec, {"template"}, pod_template(from["spec"]["template"]));
    spec.add("replicas", 0);
    spec = with(spec, {"updateStrategy", "type"}, "RollingUpdate");
    spec = with(spec, {"updateStrategy", "rollingUpdate", "partition"}, 0);
    return shared(from, "StatefulSet", std::move(spec));
  }

  // Likewise. Which pod becomes of which version, and when, is never Kubernetes' to decide.
  json::Value daemon_set(const ManifestObject& chosen) {
    const json::Value& from = chosen.body;
    json::Value spec = without(from["spec"], {"updateStrategy"});
    spec = with(spec, {"template"}, pod_template(from["spec"]["template"]));
    return shared(from, "DaemonSet", with(spec, {"updateStrategy", "type"}, "OnDelete"));
  }

  json::Value shared(const json::Value& from, const char* kind, json::Value spec) {
    json::Value made;
    made.add("apiVersion", "apps/v1").add("kind", kind);
    made.add("metadata", parts_.marked(from["metadata"], from["metadata"]["name"].as_string()));
    return made.add("spec", std::move(spec));
  }

  const rollout::VersionSnapshot& snapshot_;
  Parts parts_;
};

}  // namespace

bool is_daemon_set(const json::Value& workload) { return workload["kind"].as_string() == "DaemonSet"; }

bool is_in_place(const json::Value& workload) {
  return workload["kind"].as_string() == "StatefulSet" || is_daemon_set(workload);
}

Result<VersionObjects> version_objects(const std::vector<ManifestObject>& manifests,
                                       const rollout::VersionSnapshot& snapshot, const SiteName& site,
                                       const Policy& policy) {
  if (snapshot.set.str().size() > kLabelMax)
    return Error{Errc::refused, snapshot.set.str() +
                                    " does not fit into a label of Kubernetes; give the service a name "
                                    "of at most 50 characters, together with that of a companion 49"};
  DEPOPS_TRY_VOID(check_all(manifests, policy));
  DEPOPS_TRY(const ManifestObject* chosen, deployment_of(manifests, snapshot));
  return Builder(snapshot, site, policy).build(manifests, *chosen);
}

}  // namespace depops::agent::kubernetes
