#include "agent/gateway/route_dialect.h"

#include <algorithm>

#include "agent/gateway/standing.h"
#include "agent/kubernetes/routing/forced_parts.h"
#include "agent/kubernetes/routing/weighted.h"

namespace depops::agent::gateway {
namespace {

using kubernetes::Change;
using kubernetes::Held;
using kubernetes::Look;

const json::Value& rules_of(const json::Value& object) { return object["spec"]["rules"]; }
std::string rule_at(std::size_t index) { return "/spec/rules/" + std::to_string(index); }

kubernetes::WeightedList backend_refs(const Look& look, std::size_t own) {
  const json::Value& rule = rules_of(look.object).items()[own];
  return {rule_at(own) + "/backendRefs", rule.find("backendRefs"), {"name"}, 1, [&look](const std::string& backend) {
            json::Value ref;
            ref.add("kind", "Service").add("name", backend).add("port", look.binding.port);
            return ref;
          }};
}

kubernetes::RuleList forced_rules(RouteKind kind, const Look& look, std::size_t own) {
  const json::Value& rules = rules_of(look.object);
  return {"/spec/rules", rules, kMaxRules, false, [kind, &look, &rules, own](const ForcedRoute& forced) {
            return forced_rule(kind, look, forced, rules.items()[own]);
          }};
}

// That the rule is the one that was read: by its name, else by what it matches.
void test_rule(const json::Value& object, std::size_t own, kubernetes::JsonPatch& patch) {
  const json::Value& rule = rules_of(object).items()[own];
  for (const char* word : {"name", "matches"}) {
    if (rule.find(word) == nullptr) continue;
    patch.test(rule_at(own) + "/" + word, rule[word]);
    return;
  }
}

}  // namespace

RouterCapabilities RouteDialect::capabilities() const {
  return {.weights = true, .headers = true, .cookies = false, .mirror = false, .proof = ShareProof::observed};
}

std::vector<kubernetes::Wanted> RouteDialect::kinds() const {
  using kubernetes::ApiVersion;
  using kubernetes::Plural;
  const kubernetes::ApiGroup group("gateway.networking.k8s.io");
  if (kind_ == RouteKind::http) return {{group, Plural("httproutes"), {ApiVersion("v1"), ApiVersion("v1beta1")}}};
  return {{group, Plural("grpcroutes"), {ApiVersion("v1"), ApiVersion("v1alpha2")}}};
}

Result<Held> RouteDialect::held(const Look& look) const {
  DEPOPS_TRY(const std::size_t own, find_rule(look.binding, look.route.service, look.object));
  Held held;
  kubernetes::add_held(look.route.service, kubernetes::backends_of(backend_refs(look, own)), held);
  kubernetes::add_held_parts(look, forced_rules(kind_, look, own), held);
  return held;
}

Result<Change> RouteDialect::change(const Look& look) const {
  DEPOPS_TRY(const std::size_t own, find_rule(look.binding, look.route.service, look.object));
  const kubernetes::WeightedList refs = backend_refs(look, own);
  const auto wanted = kubernetes::wanted_backends(look, kubernetes::backends_of(refs));
  Change change{kubernetes::fields_of(wanted), kubernetes::fenced(look.object)};
  test_rule(look.object, own, change.patch);
  change.needed = kubernetes::patch_backends(look, refs, wanted, change.patch);
  kubernetes::patch_parts(look, forced_rules(kind_, look, own), change);
  return change;
}

kubernetes::Standing RouteDialect::standing(const Look& look) const { return standing_of(look.object); }

bool RouteDialect::leads_to(const Look& look, const SetId& set) const {
  const auto& rules = rules_of(look.object).items();
  return std::any_of(rules.begin(), rules.end(), [&](const json::Value& rule) {
    const auto& refs = rule["backendRefs"].items();
    return std::any_of(refs.begin(), refs.end(),
                       [&](const json::Value& ref) { return ref["name"].as_string() == set.str(); });
  });
}

}  // namespace depops::agent::gateway
