#include "agent/kubernetes/manifests/parts.h"

#include <algorithm>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/version_objects.h"
#include "shared/json/write.h"
#include "shared/signing/signing.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kLabelValueMax = 63;
constexpr std::size_t kHashDigits = 10;
constexpr std::size_t kNameMax = 253;

json::Value variables_of(const json::Value& container, const std::map<std::string, std::string>& more) {
  json::Value variables = json::Value::array();
  for (const json::Value& variable : container["env"].items()) {
    if (!more.contains(variable["name"].as_string())) variables.push(variable);
  }
  for (const auto& [name, value] : more) {
    json::Value variable;
    variables.push(variable.add("name", name).add("value", value));
  }
  return variables.items().empty() ? container : with(container, {"env"}, std::move(variables));
}

}  // namespace

std::string label_value_of(const VersionLabel& label) {
  std::string value = label.str().substr(0, kLabelValueMax);
  std::replace(value.begin(), value.end(), '+', '_');
  while (!value.empty() && value.find_last_of("._-") == value.size() - 1) value.pop_back();
  return value;
}

Labels labels_of(const rollout::VersionSnapshot& snapshot, const SiteName& site) {
  return {{kSiteLabel, site.str()},
          {kServiceLabel, snapshot.service.str()},
          {kVersionLabel, label_value_of(snapshot.label)}};
}

Resource resource_of(const json::Value& attachment) {
  const bool secret = attachment["kind"].as_string() == "Secret";
  return {ApiGroup(""), ApiVersion("v1"), Plural(secret ? "secrets" : "configmaps"), secret ? "Secret" : "ConfigMap",
          true};
}

json::Value with_variables(const json::Value& pod_spec, const std::map<std::string, std::string>& variables) {
  return with(pod_spec, {"containers"}, each(pod_spec["containers"], [&](const json::Value& container) {
                return variables_of(container, variables);
              }));
}

json::Value Parts::marked(const json::Value& meta, const std::string& name) const {
  json::Value marked;
  marked.add("name", name).add("namespace", policy_.space.str());
  marked.add("labels", meta["labels"].is_object() ? meta["labels"] : json::Value::object());
  marked.add("annotations", without(meta["annotations"], {"kubectl.kubernetes.io/last-applied-configuration"}));
  for (const auto& [label, value] : labels_) marked = with(marked, {"labels", label}, value);
  marked = with(marked, {"annotations", kVersionLabel}, snapshot_.label.str());
  return with(marked, {"annotations", kArtifactAnnotation}, snapshot_.artifact.str());
}

json::Value Parts::attachment(const ManifestObject& object) {
  const json::Value& meta = object.body["metadata"];
  const std::string kind = object.body["kind"].as_string();
  const std::string old = meta["name"].as_string();
  json::Value body = without(without(object.body, {"metadata"}), {"status"});
  const std::string digest = signing::sha256_hex(owner_ + " " + old + " " + json::write(body));
  const std::string name = old.substr(0, kNameMax - kHashDigits - 1) + "-" + digest.substr(0, kHashDigits);
  renames_[{kind, old}] = name;
  body = with(body, {"immutable"}, true);
  body = with(body, {"metadata"}, marked(meta, name));
  return with(body, {"metadata", "annotations", kContentAnnotation}, digest);
}

}  // namespace depops::agent::kubernetes
