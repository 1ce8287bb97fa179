#include "agent/gateway/rules.h"

#include <algorithm>

#include "agent/kubernetes/routing/forced_parts.h"

namespace depops::agent::gateway {
namespace {

using kubernetes::Binding;

bool leads_to_service(const Binding& binding, const ServiceName& service, const json::Value& rule) {
  const auto& refs = rule["backendRefs"].items();
  return std::any_of(refs.begin(), refs.end(), [&](const json::Value& ref) {
    const std::string& name = ref["name"].as_string();
    return name == binding.service.str() || kubernetes::is_set_of(service, name);
  });
}

bool is_own(const Binding& binding, const ServiceName& service, const json::Value& rule) {
  if (kubernetes::is_forced_part(service, rule)) return false;
  return binding.rule.empty() ? leads_to_service(binding, service, rule) : rule["name"].as_string() == binding.rule;
}

json::Value everything(RouteKind kind) {
  json::Value match = json::Value::object();
  if (kind == RouteKind::grpc) return match;
  json::Value path;
  path.add("type", "PathPrefix").add("value", "/");
  match.add("path", std::move(path));
  return match;
}

// The match with one more header.
json::Value narrowed(const json::Value& match, const std::string& name, const std::string& value) {
  json::Value header;
  header.add("type", "Exact").add("name", name).add("value", value);
  json::Value headers = match["headers"].is_array() ? match["headers"] : json::Value::array();
  headers.push(std::move(header));
  json::Value narrow;
  for (const auto& [word, part] : match.members())
    if (word != "headers") narrow.add(word, part);
  return narrow.add("headers", std::move(headers));
}

json::Value sole_backend(const Binding& binding, const SetId& set) {
  json::Value ref;
  ref.add("kind", "Service").add("name", set.str()).add("port", binding.port).add("weight", 1);
  return json::Value::array().push(std::move(ref));
}

}  // namespace

Result<std::size_t> find_rule(const Binding& binding, const ServiceName& service, const json::Value& object) {
  const auto& rules = object["spec"]["rules"].items();
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (is_own(binding, service, rules[i])) found.push_back(i);
  if (found.size() == 1) return found.front();
  const std::string which = binding.rule.empty()
                                ? "rule that leads to Service " + binding.service.str() + " or a version"
                                : "rule named " + binding.rule;
  if (found.empty())
    return Error{Errc::not_found, "it has no " + which + "; add it, or name another rule in the agent's settings"};
  return Error{Errc::invalid, "it has " + std::to_string(found.size()) + " times a " + which +
                                  "; name the one that is meant in the agent's settings"};
}

Result<json::Value> forced_rule(RouteKind kind, const kubernetes::Look& look, const ForcedRoute& forced,
                                const json::Value& own) {
  if (own.find("name") == nullptr)
    return Error{Errc::unsupported, "the rule of " + look.route.service.str() +
                                        " has no name, so ours could not be told from those of others: name it "
                                        "(Gateway API 1.2 or newer); until then none is written"};
  json::Value bases = own["matches"].items().empty() ? json::Value::array() : own["matches"];
  if (bases.items().empty()) bases.push(everything(kind));
  json::Value matches = json::Value::array();
  for (const json::Value& base : bases.items()) {
    for (const std::string& value : forced.match.values) matches.push(narrowed(base, forced.match.name, value));
  }
  if (matches.items().size() > kMaxMatches)
    return Error{Errc::invalid, "it needs " + std::to_string(matches.items().size()) + " matches, a rule may have " +
                                    std::to_string(kMaxMatches) + "; use fewer values"};
  json::Value rule;
  rule.add("name", kubernetes::prefix_of(look.route.service) + forced.name).add("matches", std::move(matches));
  rule.add("backendRefs", sole_backend(look.binding, forced.set));
  return rule;
}

}  // namespace depops::agent::gateway
