#include "agent/kubernetes/routing/version_service.h"

#include <algorithm>
#include <charconv>

#include "agent/kubernetes/api/writer.h"
#include "agent/kubernetes/routing/canonical.h"

namespace depops::agent::kubernetes {
namespace {

// A port of the pods by number or by name.
json::Value target_of(const Binding& binding) {
  if (binding.target_port.empty()) return binding.port;
  std::uint16_t number = 0;
  const char* end = binding.target_port.data() + binding.target_port.size();
  const auto read = std::from_chars(binding.target_port.data(), end, number);
  return read.ptr == end && read.ec == std::errc() ? json::Value(int{number}) : json::Value(binding.target_port);
}

json::Value labels_of(const ServiceName& service, const SetId& set) {
  json::Value labels;
  labels.add("app.kubernetes.io/managed-by", "depops-agent").add(kRoleLabel, kBackendRole);
  labels.add(kServiceLabel, service.str()).add(kSetLabel, set.str());
  return labels;
}

json::Value selector_of(const SetId& set) {
  json::Value selector;
  selector.add(kSetLabel, set.str());
  return selector;
}

}  // namespace

json::Value version_service(const Binding& binding, const Namespace& space, const ServiceName& service,
                            const SetId& set) {
  json::Value metadata;
  metadata.add("name", set.str()).add("namespace", space.str()).add("labels", labels_of(service, set));
  json::Value port;
  port.add("name", "requests").add("port", binding.port).add("protocol", "TCP").add("targetPort", target_of(binding));
  json::Value spec;
  spec.add("selector", selector_of(set)).add("ports", json::Value::array().push(std::move(port)));
  json::Value object;
  object.add("apiVersion", "v1").add("kind", "Service").add("metadata", std::move(metadata));
  object.add("spec", std::move(spec));
  return object;
}

json::Value kept_of_service(const json::Value& object, const FieldManager& ours) {
  json::Value ports = json::Value::array();
  for (const json::Value& port : object["spec"]["ports"].items()) {
    json::Value one;
    one.add("port", port["port"]).add("targetPort", port["targetPort"]);
    ports.push(std::move(one));
  }
  json::Value kept;
  kept.add("service", object["metadata"]["labels"][kServiceLabel]);
  kept.add("writer", writer_of(object, {"spec", "selector"}, ours));
  kept.add("selector", object["spec"]["selector"]).add("ports", std::move(ports));
  return kept;
}

bool serves(const json::Value& kept, const Binding& binding, const SetId& set) {
  const auto& ports = kept["ports"].items();
  const auto fits = [&](const json::Value& port) {
    return port["port"].as_int() == binding.port && canonical(port["targetPort"]) == canonical(target_of(binding));
  };
  return kept["selector"] == selector_of(set) && std::any_of(ports.begin(), ports.end(), fits);
}

}  // namespace depops::agent::kubernetes
