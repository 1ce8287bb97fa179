#include <catch2/catch.hpp>

#include <filesystem>

#include "tests/contract/kubernetes/visitor.h"
#include "tests/support/child.h"
#include "tests/support/kubernetes/certificates.h"

using namespace depops;
using namespace depops::test;
using kube::FailureKind;

namespace {

std::string fresh_folder() {
  static int count = 0;
  const std::string folder = api_server().folder() + "/case-" + std::to_string(++count);
  std::filesystem::create_directory(folder);
  return folder;
}

// The folder of a service account as a pod has it.
std::string pod_folder(const std::string& token) {
  const std::string folder = fresh_folder();
  write_text(folder + "/token", token + "\n");
  write_text(folder + "/ca.crt", text_of_file(api_server().authority()));
  write_text(folder + "/namespace", "shop");
  return folder;
}

std::string port_of(const std::string& url) { return url.substr(url.rfind(':') + 1); }

}  // namespace

TEST_CASE("in a pod the service account's files count, and a token that was rotated counts at once") {
  const std::string folder = pod_folder(api_server().admin_token());
  const auto config = kube::in_cluster("127.0.0.1", port_of(api_server().url()), folder);
  REQUIRE(config.ok());
  CHECK(config->space == kube::Namespace("shop"));
  const auto key = key_in(fresh_namespace(), "settings");
  Visitor pod(*config);
  REQUIRE(pod->create(kConfigMaps, key.space, config_map(key, "colour", "blue")).ok());

  write_text(folder + "/token", "a-token-that-has-expired");
  const auto refused = pod->get(kConfigMaps, key);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::forbidden);
  CHECK(refused.failure().missing_rule.empty());
  CHECK(refused.failure().what.find("credentials are not accepted") != std::string::npos);
  CHECK(refused.failure().what.find("a-token-that-has-expired") == std::string::npos);

  write_text(folder + "/token.new", api_server().admin_token());
  std::filesystem::rename(folder + "/token.new", folder + "/token");
  CHECK(pod->get(kConfigMaps, key).ok());
}

TEST_CASE("a server whose certificate another authority signed, or that is for another name, gets no request") {
  const std::string folder = fresh_folder();
  const KubeCertificates others(folder);
  auto config = admin();
  config.authorities = {others.file("ca.crt")};
  const auto key = key_in(kube::Namespace("default"), "x");
  const auto stranger = Visitor(config)->get(kConfigMaps, key);
  REQUIRE_FALSE(stranger.ok());
  CHECK(stranger.failure().kind == FailureKind::unavailable);
  config = admin();
  config.server_name = "another.example";
  const auto misnamed = Visitor(config)->create(kConfigMaps, key.space, config_map(key, "a", "b"));
  REQUIRE_FALSE(misnamed.ok());
  CHECK(misnamed.failure().kind == FailureKind::unavailable);
  CHECK_FALSE(misnamed.failure().may_have_happened);
  config.server_name = "localhost";
  const auto named = Visitor(config)->get(kConfigMaps, key);
  CHECK(named.failure().kind == FailureKind::not_found);
}

TEST_CASE("where nobody listens, a write is known not to have happened") {
  auto config = admin();
  config.server.port = free_port();
  Visitor agent(config);
  const auto key = key_in(kube::Namespace("default"), "x");
  const auto refused = agent->create(kConfigMaps, key.space, config_map(key, "a", "b"));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::unavailable);
  CHECK_FALSE(refused.failure().may_have_happened);
}
