#include "agent/kubernetes/manifests/references.h"

#include "agent/kubernetes/manifests/edit.h"

namespace depops::agent::kubernetes {
namespace {

// The field that holds a reference, what kind it refers to, and where in it the name stands.
struct Reference {
  const char* field;
  const char* kind;
  const char* name;
};
constexpr Reference kReferences[] = {
    {"configMap", "ConfigMap", "name"}, {"configMapRef", "ConfigMap", "name"}, {"configMapKeyRef", "ConfigMap", "name"},
    {"secret", "Secret", "secretName"}, {"secret", "Secret", "name"},  // of a projected volume
    {"secretRef", "Secret", "name"},    {"secretKeyRef", "Secret", "name"},
};

json::Value renamed(const json::Value& object, const std::string& kind, const std::string& field,
                    const Renames& renames) {
  const auto found = renames.find({kind, object[field].as_string()});
  return found == renames.end() ? object : with(object, {field}, found->second);
}

json::Value of_field(const std::string& field, const json::Value& value, const Renames& renames) {
  if (field == "imagePullSecrets")
    return each(value, [&](const json::Value& one) { return renamed(one, "Secret", "name", renames); });
  json::Value changed = with_references(value, renames);
  for (const Reference& reference : kReferences) {
    if (field == reference.field && changed.is_object())
      changed = renamed(changed, reference.kind, reference.name, renames);
  }
  return changed;
}

}  // namespace

json::Value with_references(const json::Value& pod_spec, const Renames& renames) {
  if (pod_spec.is_array())
    return each(pod_spec, [&](const json::Value& item) { return with_references(item, renames); });
  if (!pod_spec.is_object()) return pod_spec;
  json::Value changed = json::Value::object();
  for (const auto& [name, value] : pod_spec.members()) changed.add(name, of_field(name, value, renames));
  return changed;
}

}  // namespace depops::agent::kubernetes
