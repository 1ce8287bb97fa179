#include "agent/ingress_nginx/canary.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "agent/kubernetes/routing/canonical.h"

namespace depops::agent::ingress_nginx {
namespace {

using Annotations = std::map<std::string, std::string>;

constexpr const char* kNginx = "nginx.ingress.kubernetes.io/";
constexpr const char* kClass = "kubernetes.io/ingress.class";  // before there was spec.ingressClassName
constexpr const char* kBase = "depops.io/base";

std::string nginx(const char* word) { return std::string(kNginx) + word; }

const json::Value& annotations_of(const json::Value& ingress) { return ingress["metadata"]["annotations"]; }

std::string backend_of(const json::Value& path) {
  const json::Value& backend = path["backend"];
  const std::string& name = backend["service"]["name"].as_string();
  return name.empty() ? backend["serviceName"].as_string() : name;
}

std::uint64_t number_in(const std::string& text, std::uint64_t otherwise) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return !text.empty() && read.ptr == end && read.ec == std::errc() ? number : otherwise;
}

json::Value backend_for(const json::Value& was, const kubernetes::Binding& binding, const SetId& set) {
  json::Value backend;
  if (was.find("service") == nullptr) return backend.add("serviceName", set.str()).add("servicePort", binding.port);
  json::Value port;
  port.add("number", binding.port);
  json::Value service;
  service.add("name", set.str()).add("port", std::move(port));
  return backend.add("service", std::move(service));
}

// The paths of one rule that lead to the Service.
json::Value paths_for(const json::Value& rule, const kubernetes::Binding& binding, const SetId& set) {
  json::Value paths = json::Value::array();
  for (const json::Value& path : rule["http"]["paths"].items()) {
    if (backend_of(path) != binding.service.str()) continue;
    json::Value one = json::Value::object();
    for (const auto& [name, value] : path.members())
      one.add(name, name == "backend" ? backend_for(value, binding, set) : value);
    paths.push(std::move(one));
  }
  return paths;
}

// All that is the canary's own, besides what is nobody's business here.
bool is_ours(const std::string& annotation) {
  return annotation.starts_with(kNginx) || annotation == kBase || annotation == kClass;
}

Annotations wanted_annotations(const Canary& canary, const json::Value& front) {
  Annotations wanted{{nginx("canary"), "true"},
                     {nginx("canary-weight"), std::to_string(canary.weight)},
                     {nginx("canary-weight-total"), std::to_string(kWeightTotal)},
                     {kBase, canary.base.str()}};
  if (!canary.header.empty()) {
    wanted[nginx("canary-by-header")] = canary.header;
    wanted[nginx("canary-by-header-value")] = canary.value;
  }
  if (const json::Value* name = annotations_of(front).find(kClass)) wanted[kClass] = name->as_string();
  return wanted;
}

Annotations annotations_in(const json::Value& ingress) {
  Annotations found;
  for (const auto& [name, value] : annotations_of(ingress).members())
    if (is_ours(name)) found[name] = value.as_string();
  return found;
}

std::string backend_in(const json::Value& spec) {
  for (const json::Value& rule : spec["rules"].items())
    for (const json::Value& path : rule["http"]["paths"].items()) return backend_of(path);
  return {};
}

kubernetes::Fields fields_from(Annotations annotations, const json::Value& spec, const std::string& name) {
  const std::string place = " in Ingress " + name;
  kubernetes::Fields fields{{"weight of " + backend_in(spec) + place, annotations[nginx("canary-weight")]},
                            {"spec" + place, kubernetes::canonical(spec)}};
  annotations.erase(nginx("canary-weight"));
  for (const auto& [annotation, value] : annotations) fields["annotation " + annotation + place] = value;
  return fields;
}

}  // namespace

kubernetes::ObjectName canary_name(const ServiceName& service) {
  return kubernetes::ObjectName(service.str() + "-depops-canary");
}

CanarySeen read_canary(const json::Value& ingress) {
  const Annotations annotations = annotations_in(ingress);
  const auto text = [&](const std::string& name) {
    const auto found = annotations.find(name);
    return found == annotations.end() ? std::string() : found->second;
  };
  CanarySeen seen;
  seen.backend = backend_in(ingress["spec"]);
  const std::uint64_t total = number_in(text(nginx("canary-weight-total")), kWeightTotal);
  seen.total = total == 0 ? kWeightTotal : total;
  const bool takes = text(nginx("canary")) == "true";
  seen.weight = takes ? std::min(number_in(text(nginx("canary-weight")), 0), seen.total) : 0;
  seen.base = SetId(text(kBase));
  if (takes) {
    seen.header = text(nginx("canary-by-header"));
    seen.value = text(nginx("canary-by-header-value"));
  }
  return seen;
}

Result<json::Value> canary_spec(const json::Value& front, const kubernetes::Binding& binding, const SetId& set) {
  const std::string name = "Ingress " + binding.beside.str();
  if (annotations_of(front)[nginx("canary")].as_string() == "true")
    return Error{Errc::invalid,
                 name + " is a canary itself; name the Ingress that it belongs to in the agent's settings"};
  json::Value rules = json::Value::array();
  for (const json::Value& rule : front["spec"]["rules"].items()) {
    json::Value paths = paths_for(rule, binding, set);
    if (paths.items().empty()) continue;
    json::Value http;
    http.add("paths", std::move(paths));
    json::Value one;
    if (rule.find("host") != nullptr) one.add("host", rule["host"]);
    rules.push(one.add("http", std::move(http)));
  }
  if (rules.items().empty())
    return Error{Errc::invalid, name + " has no path that leads to Service " + binding.service.str() +
                                    "; add one, or name another Ingress or Service in the agent's settings"};
  json::Value spec;
  for (const char* word : {"ingressClassName", "tls"})
    if (front["spec"].find(word) != nullptr) spec.add(word, front["spec"][word]);
  return spec.add("rules", std::move(rules));
}

std::vector<std::string> place_of(const std::string& field) {
  if (field.starts_with("spec ")) return {"spec", "rules"};
  const std::size_t from = field.find(' ') + 1;
  const bool annotation = field.starts_with("annotation ");
  return {"metadata", "annotations",
          annotation ? field.substr(from, field.find(' ', from) - from) : nginx("canary-weight")};
}

kubernetes::Fields fields_in(const json::Value& ingress) {
  return fields_from(annotations_in(ingress), ingress["spec"], ingress["metadata"]["name"].as_string());
}

kubernetes::Fields fields_of(const Canary& canary, const json::Value& spec, const json::Value& front,
                             const ServiceName& service) {
  return fields_from(wanted_annotations(canary, front), spec, canary_name(service).str());
}

json::Value canary_object(const Canary& canary, const json::Value& spec, const json::Value& front,
                          const kubernetes::Look& look) {
  json::Value labels;
  labels.add("app.kubernetes.io/managed-by", "depops-agent").add(kubernetes::kRoleLabel, "canary");
  labels.add(kubernetes::kServiceLabel, look.route.service.str());
  json::Value annotations;
  for (const auto& [name, value] : wanted_annotations(canary, front)) annotations.add(name, value);
  json::Value metadata;
  metadata.add("name", canary_name(look.route.service).str()).add("namespace", front["metadata"]["namespace"]);
  metadata.add("labels", std::move(labels)).add("annotations", std::move(annotations));
  json::Value object;
  return object.add("metadata", std::move(metadata)).add("spec", spec);
}

kubernetes::JsonPatch canary_patch(const Canary& canary, const json::Value& spec, const json::Value& front,
                                   const json::Value& own) {
  kubernetes::JsonPatch patch = kubernetes::fenced(own);
  const Annotations wanted = wanted_annotations(canary, front);
  if (!annotations_of(own).is_object()) patch.add("/metadata/annotations", json::Value::object());
  const Annotations found = annotations_in(own);
  for (const auto& [name, value] : found)
    if (!wanted.contains(name)) patch.remove(kubernetes::pointer_of({"metadata", "annotations", name}));
  for (const auto& [name, value] : wanted) {
    const auto now = found.find(name);
    if (now == found.end() || now->second != value)
      patch.add(kubernetes::pointer_of({"metadata", "annotations", name}), value);
  }
  if (kubernetes::canonical(own["spec"]) != kubernetes::canonical(spec)) patch.replace("/spec", spec);
  return patch;
}

}  // namespace depops::agent::ingress_nginx
