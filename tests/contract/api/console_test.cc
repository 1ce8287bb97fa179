#include <catch2/catch.hpp>
#include <fstream>

#include "tests/contract/api/running_hub.h"

using namespace depops;
using namespace depops::tests;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

}  // namespace

TEST_CASE("API: without a built console a page says so") {
  RunningHub hub;
  const auto page = hub.without_token("GET", "/");
  CHECK(page.status == 200);
  CHECK(page.header("content-type") == "text/html; charset=utf-8");
  CHECK(page.body.find("not installed") != std::string::npos);
}

TEST_CASE("API: paths of the console give its page, and files their type") {
  RunningHub hub;
  write(hub.directory() / "console/index.html", "<!doctype html>the console");
  write(hub.directory() / "console/assets/index-0123abcd.js", "let a;");
  write(hub.directory() / "secret.txt", "secret");
  for (const char* path : {"/", "/sites", "/deployments/d-7"}) {
    INFO(path);
    const auto page = hub.without_token("GET", path);
    CHECK(page.status == 200);
    CHECK(page.body == "<!doctype html>the console");
    CHECK(page.header("cache-control") == "no-cache");
  }
  const auto script = hub.without_token("GET", "/assets/index-0123abcd.js");
  CHECK(script.header("content-type") == "text/javascript; charset=utf-8");
  CHECK(script.header("cache-control").find("immutable") != std::string::npos);
  CHECK(hub.without_token("GET", "/assets/missing.js").status == 404);
  for (const char* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/.hidden"}) {
    INFO(path);
    CHECK(hub.without_token("GET", path).body.find("secret\n") == std::string::npos);
    CHECK(hub.without_token("GET", path).body != "secret");
  }
}

TEST_CASE("API: every answer carries the headers that keep a page in its bounds") {
  RunningHub hub;
  write(hub.directory() / "console/index.html", "page");
  for (const char* path : {"/", "/api/v1/me", "/api/v1/nothing", "/healthz", "/assets/missing.js"}) {
    INFO(path);
    const auto answer = hub.call("GET", path);
    const std::string& policy = answer.header("content-security-policy");
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("script-src 'self'") != std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(answer.header("x-content-type-options") == "nosniff");
    CHECK(answer.header("referrer-policy") == "no-referrer");
    CHECK(answer.header("access-control-allow-origin").empty());
    CHECK(answer.header("server").empty());
  }
  CHECK(hub.call("GET", "/api/v1/me").header("cache-control") == "no-store");
}
