#include "agent/kubernetes/access/kubeconfig.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const std::string kTwo = R"(
apiVersion: v1
kind: Config
current-context: blue
contexts:
- {name: blue, context: {cluster: one, user: cert, namespace: shop}}
- {name: green, context: {cluster: two, user: token}}
clusters:
- name: one
  cluster: {server: "https://10.0.0.1:6443", certificate-authority: pki/ca.crt}
- name: two
  cluster: {server: "https://kube.example/k8s/clusters/c-1/", certificate-authority-data: Q0E=, tls-server-name: kube}
users:
- name: cert
  user: {client-certificate: /etc/agent.crt, client-key-data: S0VZ}
- name: token
  user: {token: s3cret, tokenFile: token}
)";

// A file with one context, whose cluster and user are given.
std::string one(const std::string& cluster, const std::string& user) {
  return "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: " +
         cluster + "}]\nusers: [{name: u, user: " + user + "}]\n";
}

const std::string kGoodCluster = "{server: 'https://10.0.0.1:6443'}";

std::string refusal(const std::string& text) {
  const auto config = read_kubeconfig(text, "/srv/a/config");
  REQUIRE_FALSE(config.ok());
  CHECK(config.error().code == Errc::invalid);
  CHECK(config.error().what.find("/srv/a/config") == 0);
  return config.error().what;
}

}  // namespace

TEST_CASE("the current context counts unless another is asked for; paths begin beside the file") {
  const auto blue = read_kubeconfig(kTwo, "/srv/a/config");
  REQUIRE(blue.ok());
  CHECK(blue->server.host == "10.0.0.1");
  CHECK(blue->server.port == 6443);
  CHECK(blue->server.path.empty());
  CHECK(blue->space == Namespace("shop"));
  CHECK(blue->authorities.file == "/srv/a/pki/ca.crt");
  CHECK(blue->certificate.file == "/etc/agent.crt");
  CHECK(blue->key.text == "KEY");

  const auto green = read_kubeconfig(kTwo, "/srv/a/config", "green");
  REQUIRE(green.ok());
  CHECK(green->server.path == "/k8s/clusters/c-1");
  CHECK(green->server.port == 443);
  CHECK(green->server_name == "kube");
  CHECK(green->authorities.text == "CA");
  CHECK(green->space == Namespace("default"));
  CHECK(green->token == "s3cret");
  CHECK(green->token_file == "/srv/a/token");
}

TEST_CASE("an exec plugin is read with its words and variables") {
  const auto config = read_kubeconfig(
      one(kGoodCluster,
          "{exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [get, token], "
          "env: [{name: PROFILE, value: prod}]}}"),
      "/srv/a/config");
  REQUIRE(config.ok());
  REQUIRE(config->exec.has_value());
  CHECK(config->exec->words == std::vector<std::string>{"/srv/a/bin/login", "get", "token"});
  CHECK(config->exec->environment == std::vector<std::string>{"PROFILE=prod"});
}

TEST_CASE("what would weaken or cannot be kept is refused with what to do") {
  CHECK(refusal(one("{server: 'http://10.0.0.1:8080'}", "{}")).find("https://") != std::string::npos);
  CHECK(refusal(one("{server: 'https://x', insecure-skip-tls-verify: true}", "{}")).find("certificate-authority") !=
        std::string::npos);
  CHECK(refusal(one("{server: 'https://x', proxy-url: 'http://p'}", "{}")).find("proxy-url") != std::string::npos);
  CHECK(refusal(one(kGoodCluster, "{username: a, password: hunter2}")).find("username") != std::string::npos);
  CHECK(refusal(one(kGoodCluster, "{auth-provider: {name: gcp}}")).find("exec") != std::string::npos);
  CHECK(refusal(one(kGoodCluster, "{client-certificate: a}")).find("belong together") != std::string::npos);
  CHECK(refusal(one(kGoodCluster, "{token: a, token: b}")).find("twice") != std::string::npos);
  CHECK(refusal(one(kGoodCluster, "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}}"))
            .find("v1beta1") != std::string::npos);
  CHECK(refusal(one(kGoodCluster, "{exec: {apiVersion: client.authentication.k8s.io/v1}}")).find("command") !=
        std::string::npos);
}

TEST_CASE("no error repeats what may be secret") {
  for (const std::string& user : {std::string("{client-key-data: 'hunter2!', client-certificate-data: 'hunter2!'}"),
                                  std::string("{password: hunter2}"), std::string("{token: hunter2, token: hunter2}"),
                                  std::string("{token: \"hunter2"), std::string("[hunter2]"), std::string("hunter2"),
                                  std::string("{exec: hunter2}"), std::string("{token: *hunter2}")}) {
    CHECK(refusal(one(kGoodCluster, user)).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("text that is no kubeconfig is refused and crashes nothing") {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("[]"), std::string("contexts: 7\ncurrent-context: a"),
        std::string("current-context: a\ncontexts: [7, {name: a}, {name: [a]}]"),
        std::string("current-context: a\ncontexts: [{name: a, context: 7}]"), std::string("\t: ["),
        std::string(2 << 20, ' '), one("7", "{}"), one(kGoodCluster, "7"), one("{server: {a: b}}", "{}"),
        one(kGoodCluster, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: a, env: [7]}}"),
        one(kGoodCluster, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: a, args: [{}]}}")}) {
    CHECK_FALSE(refusal(text).empty());
  }
  CHECK(read_kubeconfig(kTwo, "f", "red").error().what.find("'red'") != std::string::npos);
  CHECK(load_kubeconfig("/nonexistent/config").error().code == Errc::not_found);
}

TEST_CASE("outside of a pod the missing variables are named") {
  CHECK(in_cluster("", "").error().what.find("KUBERNETES_SERVICE_HOST") != std::string::npos);
  CHECK(in_cluster("10.0.0.1", "x").error().code == Errc::invalid);
  CHECK(in_cluster("10.0.0.1", "443", "/nonexistent").error().code == Errc::not_found);
}
