#include "agent/istio/virtual_service_dialect.h"

#include <algorithm>

#include "agent/kubernetes/routing/forced_parts.h"
#include "agent/kubernetes/routing/weighted.h"

namespace depops::agent::istio {
namespace {

using kubernetes::Change;
using kubernetes::Held;
using kubernetes::Look;

const json::Value& routes_of(const json::Value& object) { return object["spec"]["http"]; }
std::string host_of(const json::Value& destination) {
  const std::string& host = destination["destination"]["host"].as_string();
  return host.substr(0, host.find('.'));
}

bool leads(const Look& look, const json::Value& http) {
  const auto& destinations = http["route"].items();
  return std::any_of(destinations.begin(), destinations.end(), [&](const json::Value& destination) {
    const std::string host = host_of(destination);
    return host == look.binding.service.str() || kubernetes::is_set_of(look.route.service, host);
  });
}

Result<std::size_t> find_http(const Look& look) {
  const auto& routes = routes_of(look.object).items();
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (kubernetes::is_forced_part(look.route.service, routes[i])) continue;
    const std::string& rule = look.binding.rule;
    if (rule.empty() ? leads(look, routes[i]) : routes[i]["name"].as_string() == rule) found.push_back(i);
  }
  if (found.size() == 1) return found.front();
  const std::string which =
      look.binding.rule.empty() ? "that leads to " + look.binding.service.str() : "named " + look.binding.rule;
  return Error{Errc::invalid, "it has " + std::to_string(found.size()) + " http routes " + which +
                                  ", one is needed; name the one that is meant in the agent's settings"};
}

json::Value destination_for(const Look& look, const std::string& backend) {
  json::Value port;
  port.add("number", look.binding.port);
  json::Value destination;
  destination.add("host", backend).add("port", std::move(port));
  json::Value item;
  return item.add("destination", std::move(destination));
}

// A route with one destination sends everything there, whatever stands or does not stand as its weight.
kubernetes::WeightedList destinations(const Look& look, std::size_t own) {
  const json::Value& http = routes_of(look.object).items()[own];
  const std::uint64_t missing = http["route"].items().size() == 1 ? 100 : 0;
  return {"/spec/http/" + std::to_string(own) + "/route",
          http.find("route"),
          {"destination", "host"},
          missing,
          [&look](const std::string& backend) { return destination_for(look, backend); }};
}

json::Value with_header(const json::Value& match, const std::string& name, const std::string& value) {
  json::Value exact;
  exact.add("exact", value);
  json::Value headers;
  for (const auto& [word, part] : match["headers"].members()) headers.add(word, part);
  headers.add(name, std::move(exact));
  json::Value narrow;
  for (const auto& [word, part] : match.members())
    if (word != "headers" && word != "name") narrow.add(word, part);
  return narrow.add("headers", std::move(headers));
}

Result<json::Value> forced_http(const Look& look, const ForcedRoute& forced, const json::Value& own) {
  const std::string header = lower_case(forced.match.name);  // as Istio demands
  json::Value bases = own["match"].items().empty() ? json::Value::array() : own["match"];
  if (bases.items().empty()) bases.push(json::Value::object());
  json::Value matches = json::Value::array();
  for (const json::Value& base : bases.items()) {
    if (base["headers"].find(header) != nullptr)
      return Error{Errc::invalid, "its http route looks at the header " + header + " itself; use another header"};
    for (const std::string& value : forced.match.values) matches.push(with_header(base, header, value));
  }
  json::Value http;
  http.add("name", kubernetes::prefix_of(look.route.service) + forced.name).add("match", std::move(matches));
  http.add("route", json::Value::array().push(destination_for(look, forced.set.str()).add("weight", 100)));
  return http;
}

kubernetes::RuleList forced_https(const Look& look, std::size_t own) {
  const json::Value& routes = routes_of(look.object);
  return {"/spec/http", routes, 0, true,
          [&look, &routes, own](const ForcedRoute& forced) { return forced_http(look, forced, routes.items()[own]); }};
}

}  // namespace

RouterCapabilities VirtualServiceDialect::capabilities() const {
  return {.weights = true, .headers = true, .proof = ShareProof::accepted};
}

std::vector<kubernetes::Wanted> VirtualServiceDialect::kinds() const {
  using kubernetes::ApiVersion;
  return {{kubernetes::ApiGroup("networking.istio.io"),
           kubernetes::Plural("virtualservices"),
           {ApiVersion("v1"), ApiVersion("v1beta1"), ApiVersion("v1alpha3")}}};
}

Result<Held> VirtualServiceDialect::held(const Look& look) const {
  DEPOPS_TRY(const std::size_t own, find_http(look));
  Held held;
  kubernetes::add_held(look.route.service, kubernetes::backends_of(destinations(look, own)), held);
  kubernetes::add_held_parts(look, forced_https(look, own), held);
  return held;
}

Result<Change> VirtualServiceDialect::change(const Look& look) const {
  DEPOPS_TRY(const std::size_t own, find_http(look));
  const kubernetes::WeightedList list = destinations(look, own);
  const auto wanted = kubernetes::wanted_backends(look, kubernetes::backends_of(list));
  Change change{kubernetes::fields_of(wanted), kubernetes::fenced(look.object)};
  const json::Value& http = routes_of(look.object).items()[own];
  if (http.find("name") != nullptr) change.patch.test("/spec/http/" + std::to_string(own) + "/name", http["name"]);
  change.needed = kubernetes::patch_backends(look, list, wanted, change.patch);
  kubernetes::patch_parts(look, forced_https(look, own), change);
  return change;
}

bool VirtualServiceDialect::leads_to(const Look& look, const SetId& set) const {
  const auto& routes = routes_of(look.object).items();
  return std::any_of(routes.begin(), routes.end(), [&](const json::Value& http) {
    const auto& destinations = http["route"].items();
    return std::any_of(destinations.begin(), destinations.end(),
                       [&](const json::Value& destination) { return host_of(destination) == set.str(); });
  });
}

}  // namespace depops::agent::istio
