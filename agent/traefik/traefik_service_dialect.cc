#include "agent/traefik/traefik_service_dialect.h"

#include <algorithm>

#include "agent/kubernetes/routing/weighted.h"

namespace depops::agent::traefik {
namespace {

using kubernetes::Change;
using kubernetes::Held;
using kubernetes::Look;

kubernetes::WeightedList weighted_services(const Look& look) {
  return {"/spec/weighted/services",
          look.object["spec"]["weighted"].find("services"),
          {"name"},
          1,
          [&look](const std::string& backend) {
            json::Value item;
            item.add("name", backend).add("kind", "Service").add("port", look.binding.port);
            return item;
          }};
}

}  // namespace

RouterCapabilities TraefikServiceDialect::capabilities() const {
  return {.weights = true, .proof = ShareProof::accepted};
}

// The group has changed its name; Traefik 3 knows only the first.
std::vector<kubernetes::Wanted> TraefikServiceDialect::kinds() const {
  std::vector<kubernetes::Wanted> kinds;
  for (const char* group : {"traefik.io", "traefik.containo.us"}) {
    kinds.push_back(
        {kubernetes::ApiGroup(group), kubernetes::Plural("traefikservices"), {kubernetes::ApiVersion("v1alpha1")}});
  }
  return kinds;
}

Result<Held> TraefikServiceDialect::held(const Look& look) const {
  if (!look.object["spec"]["weighted"].is_object())
    return Error{Errc::invalid, "it has no spec.weighted, and only that divides requests; give it one with Service " +
                                    look.binding.service.str()};
  Held held;
  kubernetes::add_held(look.route.service, kubernetes::backends_of(weighted_services(look)), held);
  return held;
}

Result<Change> TraefikServiceDialect::change(const Look& look) const {
  const kubernetes::WeightedList list = weighted_services(look);
  const auto wanted = kubernetes::wanted_backends(look, kubernetes::backends_of(list));
  Change change{kubernetes::fields_of(wanted), kubernetes::fenced(look.object)};
  change.needed = kubernetes::patch_backends(look, list, wanted, change.patch);
  return change;
}

bool TraefikServiceDialect::leads_to(const Look& look, const SetId& set) const {
  const auto& services = look.object["spec"]["weighted"]["services"].items();
  return std::any_of(services.begin(), services.end(),
                     [&](const json::Value& service) { return service["name"].as_string() == set.str(); });
}

}  // namespace depops::agent::traefik
