#include "tests/support/kubernetes/agent_login.h"

#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/access/kubeconfig.h"
#include "agent/kubernetes/api/path.h"
#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/clock/system_clock.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "tests/support/paths.h"

namespace depops::test {
namespace {

namespace kube = agent::kubernetes;

constexpr const char* kRuntimeRole = "namespace/role.yaml";
const kube::Namespace kHome("depops");
const kube::Resource kAccounts{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("serviceaccounts"),
                               "ServiceAccount", true};
const kube::Resource kHomes{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("namespaces"), "Namespace", false};

kube::AccessConfig admin_at(const ApiServer& server) {
  auto config = kube::load_kubeconfig(server.kubeconfig());
  if (!config.ok()) throw std::runtime_error(config.error().what);
  return *config;
}

// Somebody who may do everything and hands out rights.
class Grantor {
 public:
  explicit Grantor(const ApiServer& server) : access_(admin_at(server)), connection_(access_, clock_) {}

  void make(const kube::Resource& kind, const kube::Namespace& space, const json::Value& object) {
    const auto made = client_.create(kind, space, object);
    if (!made.ok() && !made.failure().already_exists()) throw std::runtime_error(made.failure().what);
  }

  // Whether pods that are to go have to be deleted.
  bool before_1_22() {
    const auto version = client_.page("/version", {"get", {}, {}});
    if (!version.ok()) throw std::runtime_error(version.failure().what);
    return std::strtoul((*version)["minor"].as_string().c_str(), nullptr, 10) < 22;
  }

  std::string token() {
    const std::string target = kube::path_of(kAccounts, {kHome, kube::ObjectName("depops-agent")}, "token");
    const auto outcome = connection_.exchange({.method = "POST",
                                               .target = target,
                                               .body = R"({"kind":"TokenRequest",)"
                                                       R"("apiVersion":"authentication.k8s.io/v1","spec":{}})",
                                               .content_type = "application/json"});
    const auto* reply = std::get_if<kube::Reply>(&outcome);
    const auto body =
        reply == nullptr ? Result<json::Value>(Error{Errc::unavailable, "no answer"}) : json::parse(reply->body);
    if (!body.ok() || (*body)["status"]["token"].is_null()) throw std::runtime_error("no token for the account");
    return (*body)["status"]["token"].as_string();
  }

 private:
  clock::SystemClock clock_;
  kube::Access access_;
  kube::Connection connection_;
  kube::Client client_{
      connection_,
      kube::FieldManager("a-grantor"),
      {[](Millis time) { return ::poll(nullptr, 0, static_cast<int>(time.count())) == 0; }, [] { return 0.5; }}};
};

kube::Resource rbac_kind(const json::Value& object) {
  const std::string& kind = object["kind"].as_string();
  const bool wide = kind.starts_with("Cluster");
  const std::string plural = std::string(wide ? "cluster" : "") + (kind.ends_with("Role") ? "roles" : "rolebindings");
  return {kube::ApiGroup("rbac.authorization.k8s.io"), kube::ApiVersion("v1"), kube::Plural(plural), kind, !wide};
}

json::Value named(const char* kind, const std::string& name) {
  json::Value meta;
  json::Value object;
  return object.add("apiVersion", "v1").add("kind", kind).add("metadata", meta.add("name", name));
}

}  // namespace

std::vector<json::Value> deploy_manifests(const std::string& file) {
  std::ifstream stream(source_dir() + "/deploy/kubernetes/" + file);
  std::stringstream text;
  text << stream.rdbuf();
  auto read = kube::read_manifests(text.str(), file);
  if (!read.ok() || read->empty()) throw std::runtime_error(file + ": " + (read.ok() ? "empty" : read.error().what));
  std::vector<json::Value> objects;
  for (auto& document : *read) objects.push_back(std::move(document.body));
  return objects;
}

kube::AccessConfig agent_login(const ApiServer& server, const kube::Namespace& space, std::vector<std::string> roles) {
  Grantor grantor(server);
  const bool runs = std::find(roles.begin(), roles.end(), kRuntimeRole) != roles.end();
  if (runs && grantor.before_1_22()) roles.emplace_back("namespace/before-1.22.yaml");
  grantor.make(kHomes, {}, named("Namespace", kHome.str()));
  grantor.make(kAccounts, kHome, named("ServiceAccount", "depops-agent"));
  for (const std::string& file : roles) {
    for (const json::Value& object : deploy_manifests(file)) {
      const kube::Resource kind = rbac_kind(object);
      if (!kind.namespaced) grantor.make(kind, {}, object);
      if (kind.namespaced)
        grantor.make(kind, space, kube::with(object, {"metadata", "namespace"}, json::Value(space.str())));
    }
  }
  kube::AccessConfig config = admin_at(server);
  config.certificate = config.key = {};
  config.token = grantor.token();
  return config;
}

std::set<std::string> rights_in(const std::vector<std::string>& roles) {
  std::set<std::string> rights;
  for (const std::string& file : roles) {
    for (const json::Value& object : deploy_manifests(file)) {
      for (const json::Value& rule : object["rules"].items())
        for (const json::Value& group : rule["apiGroups"].items())
          for (const json::Value& resource : rule["resources"].items())
            for (const json::Value& verb : rule["verbs"].items())
              rights.insert(verb.as_string() + " " + group.as_string() + "/" + resource.as_string());
    }
  }
  return rights;
}

}  // namespace depops::test
