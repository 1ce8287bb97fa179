#include "agent/kubernetes/access/exec_credential.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "agent/kubernetes/access/access.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const std::string kV1 = "client.authentication.k8s.io/v1";

std::string credential(const std::string& status) {
  return R"({"apiVersion":")" + kV1 + R"(","kind":"ExecCredential","status":)" + status + "}";
}

// A program in a folder of its own that does `body`.
class Plugin {
 public:
  explicit Plugin(const std::string& body) {
    std::string name = (std::filesystem::temp_directory_path() / "depops-plugin-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::ofstream(path()) << "#!/bin/bash\n" << body << "\n";
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }
  ~Plugin() { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "login").string(); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  ExecPlugin exec(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), path());
    return {kV1, words, {"PROFILE=prod"}};
  }

 private:
  std::filesystem::path folder_;
};

std::string refusal_of(const ExecPlugin& plugin) {
  const auto result = run_exec_plugin(plugin);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().what.find("hunter2") == std::string::npos);
  return result.error().what;
}

}  // namespace

TEST_CASE("a plugin gives a token, or a certificate with its key, and until when") {
  const auto token =
      read_exec_credential(credential(R"({"token":"t","expirationTimestamp":"2026-03-05T09:48:50Z"})"), kV1);
  REQUIRE(token.ok());
  CHECK(token->identity.token == "t");
  CHECK(token->expires == Instant(Millis(1'772'704'130'000)));
  const auto pair = read_exec_credential(credential(R"({"clientCertificateData":"C","clientKeyData":"K"})"), kV1);
  REQUIRE(pair.ok());
  CHECK(pair->identity.certificate == "C");
  CHECK(pair->identity.key == "K");
  CHECK_FALSE(pair->expires.has_value());
}

TEST_CASE("what is no credential is refused without being repeated") {
  for (const std::string& output :
       {std::string(), std::string("hunter2"), std::string("{}"), credential("{}"), credential("7"),
        credential(R"({"clientKeyData":"hunter2"})"), credential(R"({"token":"hunter2","expirationTimestamp":"soon"})"),
        std::string(R"({"apiVersion":"v1","kind":"ExecCredential","status":{"token":"hunter2"}})")}) {
    const auto result = read_exec_credential(output, kV1);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().what.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("a plugin runs without a shell, with its words and its variables only") {
  const Plugin plugin(R"(printf '%s\n' "$@" "$PROFILE" "$KUBERNETES_EXEC_INFO" "${HOME-none}" > "${0%/*}/seen")"
                      "\necho '" +
                      credential(R"({"token":"t"})") + "'");
  const auto result = run_exec_plugin(plugin.exec({"a b", "$(touch x)"}));
  REQUIRE(result.ok());
  std::ifstream in(plugin.file("seen"));
  std::vector<std::string> seen;
  for (std::string line; std::getline(in, line);) seen.push_back(line);
  REQUIRE(seen.size() == 5);
  CHECK(seen[0] == "a b");
  CHECK(seen[1] == "$(touch x)");
  CHECK(seen[2] == "prod");
  CHECK(seen[3].find(R"("interactive":false)") != std::string::npos);
  CHECK(seen[4] == "none");
}

TEST_CASE("a plugin that fails, hangs, is not there or prints too much is told from the others, not its words") {
  const Plugin fails("echo hunter2; echo hunter2 >&2; exit 3");
  CHECK(refusal_of(fails.exec()).find("status 3") != std::string::npos);
  const Plugin hangs("echo hunter2; while :; do read -t 1 x <> <(:); done");
  ExecPlugin hanging = hangs.exec();
  hanging.timeout = Millis(200);
  CHECK(refusal_of(hanging).find("limit of 200 ms") != std::string::npos);
  const Plugin much("head -c 1000000 /dev/zero | tr '\\0' ' '; echo hunter2");
  CHECK(refusal_of(much.exec()).find("no ExecCredential") != std::string::npos);
  ExecPlugin nowhere = much.exec();
  nowhere.words = {"a-program-that-nobody-has"};
  CHECK(refusal_of(nowhere).find("no such program") != std::string::npos);
}

TEST_CASE("what a plugin gave is kept until shortly before it expires, or until it is refused") {
  const Plugin plugin("echo x >> \"${0%/*}/runs\"; echo '" +
                      credential(R"({"token":"t","expirationTimestamp":"2026-03-05T09:48:50Z"})") + "'");
  const auto runs = [&] {
    std::error_code none;
    const auto size = std::filesystem::file_size(plugin.file("runs"), none);
    return none ? 0U : size / 2;
  };
  AccessConfig config;
  config.exec = plugin.exec();
  Access access(config);
  const Instant expires(Millis(1'772'704'130'000));
  REQUIRE(access.identity(expires - Millis(60'000))->token == "t");
  REQUIRE(access.identity(expires - Millis(31'000)).ok());
  CHECK(runs() == 1);
  REQUIRE(access.identity(expires - Millis(30'000)).ok());
  CHECK(runs() == 2);
  access.refused();
  REQUIRE(access.identity(expires - Millis(60'000)).ok());
  CHECK(runs() == 3);
}

TEST_CASE("a token that could break out of its header is refused") {
  AccessConfig config;
  config.token = "a\r\nX-Other: b";
  const auto identity = Access(config).identity({});
  REQUIRE_FALSE(identity.ok());
  CHECK(identity.error().what.find("X-Other") == std::string::npos);
}
