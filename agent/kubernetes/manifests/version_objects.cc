#include "agent/kubernetes/manifests/version_objects.h"

#include <algorithm>
#include <set>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/references.h"
#include "shared/json/write.h"
#include "shared/rollout/companions.h"
#include "shared/signing/signing.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kLabelMax = 63;
constexpr std::size_t kHashDigits = 10;
constexpr std::size_t kNameMax = 253;

Error refusal(const std::string& place, const std::string& what) { return {Errc::refused, place + ": " + what}; }

Result<void> check_all(const std::vector<ManifestObject>& manifests, const Policy& policy) {
  std::set<std::string> seen;
  for (const ManifestObject& object : manifests) {
    DEPOPS_TRY_VOID(check_policy(object, policy));
    const std::string name = object.body["kind"].as_string() + " " + object.body["metadata"]["name"].as_string();
    if (!seen.insert(name).second) return refusal(object.place, "stands twice in the manifests; leave one out");
  }
  return {};
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

// The one that takes the requests: that which is no companion.
Result<const ManifestObject*> own_deployment(const std::vector<ManifestObject>& manifests,
                                             const rollout::VersionSnapshot& snapshot) {
  const ManifestObject* found = nullptr;
  for (const ManifestObject& object : manifests) {
    const bool companion = snapshot.companions.contains(object.body["metadata"]["name"].as_string());
    if (object.body["kind"].as_string() != "Deployment" || companion) continue;
    if (found != nullptr)
      return refusal(object.place, "is a second Deployment beside " + found->place +
                                       "; one takes the requests, name the other under spec.companions or make it a "
                                       "service of its own");
    found = &object;
  }
  if (found == nullptr)
    return Error{Errc::refused, snapshot.companions.empty()
                                    ? "the manifests hold no Deployment; a version needs one"
                                    : "the manifests hold no Deployment but those of spec.companions; one that is "
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
  return own_deployment(manifests, snapshot);
}

// Of metadata only what people wrote for others to read: no traces of a server or of kubectl.
json::Value clean_meta(const json::Value& meta, const std::string& name, const Policy& policy) {
  json::Value clean;
  clean.add("name", name).add("namespace", policy.space.str());
  clean.add("labels", meta["labels"].is_object() ? meta["labels"] : json::Value::object());
  const json::Value annotations = without(meta["annotations"], {"kubectl.kubernetes.io/last-applied-configuration"});
  clean.add("annotations", annotations);
  return clean;
}

class Builder {
 public:
  Builder(const rollout::VersionSnapshot& snapshot, const SiteName& site, const Policy& policy)
      : snapshot_(snapshot), policy_(policy) {
    labels_ = {{kSiteLabel, site.str()},
               {kServiceLabel, snapshot.service.str()},
               {kVersionLabel, label_value_of(snapshot.label)},
               {kSetLabel, snapshot.set.str()}};
    const std::string companion = rollout::companion_in(snapshot.set, snapshot.service);
    if (!companion.empty()) labels_[kCompanionLabel] = companion;
  }

  Result<VersionObjects> build(const std::vector<ManifestObject>& manifests, const ManifestObject& chosen) {
    VersionObjects objects;
    for (const ManifestObject& object : manifests) {
      if (object.body["kind"].as_string() != "Deployment") objects.attachments.push_back(attachment(object));
    }
    objects.deployment = deployment(chosen);
    return objects;
  }

 private:
  json::Value marked(json::Value meta) const {
    for (const auto& [name, value] : labels_) meta = with(meta, {"labels", name}, value);
    meta = with(meta, {"annotations", kVersionLabel}, snapshot_.label.str());
    return with(meta, {"annotations", kArtifactAnnotation}, snapshot_.artifact.str());
  }

  // Named by its content and the set, so that it belongs to this version alone and goes with it.
  json::Value attachment(const ManifestObject& object) {
    const json::Value& meta = object.body["metadata"];
    const std::string kind = object.body["kind"].as_string();
    const std::string old = meta["name"].as_string();
    json::Value body = without(without(object.body, {"metadata"}), {"status"});
    const std::string digest = signing::sha256_hex(snapshot_.set.str() + " " + old + " " + json::write(body));
    const std::string name = old.substr(0, kNameMax - kHashDigits - 1) + "-" + digest.substr(0, kHashDigits);
    renames_[{kind, old}] = name;
    body = with(body, {"immutable"}, true);
    body = with(body, {"metadata"}, marked(clean_meta(meta, name, policy_)));
    return with(body, {"metadata", "annotations", kContentAnnotation}, digest);
  }

  // Each setting of the environment is a variable of each container, in the place of one of that name.
  json::Value with_settings(const json::Value& container) const {
    json::Value variables = json::Value::array();
    for (const json::Value& variable : container["env"].items()) {
      if (!snapshot_.settings.contains(variable["name"].as_string())) variables.push(variable);
    }
    for (const auto& [name, value] : snapshot_.settings) {
      json::Value variable;
      variables.push(variable.add("name", name).add("value", value));
    }
    return variables.items().empty() ? container : with(container, {"env"}, std::move(variables));
  }

  json::Value pod_template(const json::Value& from) const {
    json::Value pod = with_references(from["spec"], renames_);
    const json::Value port = at_first_port(pod);
    pod = with(pod, {"containers"},
               each(pod["containers"], [this](const json::Value& container) { return with_settings(container); }));
    json::Value meta;
    meta.add("labels", from["metadata"]["labels"].is_object() ? from["metadata"]["labels"] : json::Value::object());
    meta.add("annotations",
             from["metadata"]["annotations"].is_object() ? from["metadata"]["annotations"] : json::Value::object());
    for (const auto& [name, value] : labels_) meta = with(meta, {"labels", name}, value);
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
    json::Value meta = marked(clean_meta(from["metadata"], snapshot_.set.str(), policy_));
    json::Value made;
    made.add("apiVersion", "apps/v1").add("kind", "Deployment");
    made.add("metadata", with(meta, {"annotations", kContentAnnotation}, digest));
    return made.add("spec", std::move(spec));
  }

  const rollout::VersionSnapshot& snapshot_;
  const Policy& policy_;
  std::map<std::string, std::string> labels_;
  Renames renames_;
};

}  // namespace

std::string label_value_of(const VersionLabel& label) {
  std::string value = label.str().substr(0, kLabelMax);
  std::replace(value.begin(), value.end(), '+', '_');
  while (!value.empty() && value.find_last_of("._-") == value.size() - 1) value.pop_back();
  return value;
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
