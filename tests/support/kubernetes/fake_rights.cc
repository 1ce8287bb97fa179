#include "tests/support/kubernetes/fake_rights.h"

#include <algorithm>

#include "tests/support/kubernetes/fake_api_server.h"

namespace depops::test {
namespace {

// Of a ServiceAccount; tokens of accounts are these words.
constexpr const char* kAccount = "account/";
constexpr const char* kRbac = "rbac.authorization.k8s.io";

bool lists(const json::Value& words, const std::string& word) {
  const auto& items = words.items();
  return std::any_of(items.begin(), items.end(), [&](const json::Value& one) { return one.as_string() == word; });
}

std::string joined(const std::string& plural, const std::string& subresource) {
  return subresource.empty() ? plural : plural + "/" + subresource;
}

}  // namespace

FakeAct act_of(const FakeTarget& target, const std::string& method) {
  FakeAct act{"", target.group, joined(target.plural, target.subresource), target.space};
  if (method == "GET") act.verb = target.asked("watch") == "true" ? "watch" : target.name.empty() ? "list" : "get";
  if (method == "POST") act.verb = "create";
  if (method == "PATCH") act.verb = "patch";
  if (method == "DELETE") act.verb = "delete";
  return act;
}

FakeAct act_of(const json::Value& review) {
  const json::Value& asked = review["spec"]["resourceAttributes"];
  return {asked["verb"].as_string(), asked["group"].as_string(),
          joined(asked["resource"].as_string(), asked["subresource"].as_string()), asked["namespace"].as_string()};
}

bool allows(const json::Value& role, const FakeAct& act) {
  const auto& rules = role["rules"].items();
  return std::any_of(rules.begin(), rules.end(), [&](const json::Value& rule) {
    return lists(rule["apiGroups"], act.group) && lists(rule["resources"], act.resource) &&
           lists(rule["verbs"], act.verb);
  });
}

bool names_account(const json::Value& binding, const std::string& space, const std::string& account) {
  const auto& subjects = binding["subjects"].items();
  return std::any_of(subjects.begin(), subjects.end(), [&](const json::Value& one) {
    return one["kind"].as_string() == "ServiceAccount" && one["namespace"].as_string() == space &&
           one["name"].as_string() == account;
  });
}

// By the Roles that are bound to the account in the namespace.
bool FakeApiServer::may(const std::string& token, const FakeAct& act) {
  if (token == admin_token() || token.empty()) return true;
  if (!token.starts_with(kAccount)) return false;
  const std::string account = token.substr(std::string(kAccount).size());
  const auto slash = account.find('/');
  const auto allowed_by = [&](const std::string& roles, const std::string& bindings, const std::string& space) {
    const FakeAnswer all = objects_.list(*kind_of({kRbac, "v1", bindings, "", "", "", {}}), space, "", 0, "");
    for (const json::Value& binding : all.body["items"].items()) {
      if (!names_account(binding, account.substr(0, slash), account.substr(slash + 1))) continue;
      const FakeAnswer role = objects_.get(*kind_of({kRbac, "v1", roles, "", "", "", {}}),
                                           space + "/" + binding["roleRef"]["name"].as_string());
      if (role.status == 200 && allows(role.body, act)) return true;
    }
    return false;
  };
  const bool here = !act.space.empty() && allowed_by("roles", "rolebindings", act.space);
  return here || allowed_by("clusterroles", "clusterrolebindings", "");
}

FakeAnswer FakeApiServer::review(const std::string& token, json::Value body) {
  json::Value status;
  status.add("allowed", may(token, act_of(body)));
  return {201, body.add("status", std::move(status))};
}

FakeAnswer FakeApiServer::token_of(const FakeTarget& target) const {
  json::Value status;
  status.add("token", kAccount + target.key());
  json::Value body;
  body.add("kind", "TokenRequest").add("apiVersion", "authentication.k8s.io/v1");
  return {201, body.add("status", std::move(status))};
}

// Who applies what is not there creates it.
std::optional<FakeAnswer> FakeApiServer::forbid(const std::string& token, const FakeTarget& target,
                                                const std::string& method, const std::string& type) {
  std::vector<FakeAct> acts{act_of(target, method)};
  const bool applies = type == "application/apply-patch+yaml" && target.subresource.empty();
  if (applies && objects_.get(*kind_of(target), target.key()).status == 404) acts.push_back(act_of(target, "POST"));
  for (const FakeAct& act : acts) {
    if (!may(token, act))
      return refusal(403, "Forbidden",
                     act.resource + " is forbidden: User \"plain\" cannot " + act.verb + " resource \"" + act.resource +
                         "\" in API group \"" + act.group + "\"");
    if (token.starts_with(kAccount)) used_.insert(act.text());
  }
  return std::nullopt;
}

std::set<std::string> FakeApiServer::rights_used() {
  const std::lock_guard lock(mutex_);
  return std::exchange(used_, {});
}

}  // namespace depops::test
