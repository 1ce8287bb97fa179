#include "tests/contract/kubernetes/visitor.h"

#include <poll.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <stdexcept>

#include "shared/json/parse.h"

namespace depops::test {
namespace {

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  if (!value.ok()) throw std::runtime_error(value.error().what);
  return std::move(*value);
}

std::string metadata(const kube::ObjectKey& key, const std::string& more = "") {
  return R"("metadata":{"name":")" + key.name.str() + R"(","namespace":")" + key.space.str() + "\"" + more + "}";
}

}  // namespace

Visitor::Visitor(kube::AccessConfig config, const std::string& manager, kube::ClientRules rules)
    : access_(std::move(config)),
      connection_(access_, clock_),
      client_(connection_, kube::FieldManager(manager),
              {[this](Millis pause) {
                 pauses.push_back(pause);
                 return true;
               },
               [] { return 0.5; }},
              rules) {}

kube::AccessConfig admin() {
  auto config = kube::load_kubeconfig(api_server().kubeconfig());
  if (!config.ok()) throw std::runtime_error(config.error().what);
  return *config;
}

kube::AccessConfig with_token(const std::string& token) {
  kube::AccessConfig config = admin();
  config.certificate = config.key = {};
  config.token = token;
  return config;
}

kube::Namespace fresh_namespace() {
  static int count = 0;
  const kube::Namespace space("test-" + std::to_string(++count));
  const auto made = Visitor(admin())->create(
      kNamespaces, {}, parsed(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + space.str() + "\"}}"));
  if (!made.ok()) throw std::runtime_error(made.failure().what);
  return space;
}

kube::ObjectKey key_in(const kube::Namespace& space, const std::string& name) {
  return {space, kube::ObjectName(name)};
}

json::Value config_map(const kube::ObjectKey& key, const std::string& field, const std::string& value,
                       const std::string& label) {
  const std::string labels = label.empty() ? "" : R"(,"labels":{"app":")" + label + "\"}";
  return parsed(R"({"apiVersion":"v1","kind":"ConfigMap",)" + metadata(key, labels) + R"(,"data":{")" + field +
                R"(":")" + value + "\"}}");
}

kube::ObjectKey made(Visitor& agent) {
  const auto key = key_in(fresh_namespace(), "settings");
  REQUIRE(agent->create(kConfigMaps, key.space, config_map(key, "colour", "blue")).ok());
  return key;
}

json::Value deployment(const kube::ObjectKey& key, int replicas) {
  return parsed(R"({"apiVersion":"apps/v1","kind":"Deployment",)" + metadata(key) + R"(,"spec":{"replicas":)" +
                std::to_string(replicas) +
                R"(,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},)"
                R"("spec":{"containers":[{"name":"web","image":"web:1"}]}}}})");
}

json::Value just_replicas(const kube::ObjectKey& key, int replicas) {
  return parsed(R"({"apiVersion":"apps/v1","kind":"Deployment",)" + metadata(key) + R"(,"spec":{"replicas":)" +
                std::to_string(replicas) + "}}");
}

bool comes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::poll(nullptr, 0, 10);
  }
  return true;
}

}  // namespace depops::test
