#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/site.h"
#include "tests/support/paths.h"

// The console in Chromium on a real hub, with a real agent and a real canary behind what it shows.
namespace depops::stage {
namespace {

constexpr Seconds kLong{60};
constexpr Seconds kBrowser{240};
constexpr int kRequestsPerSecond = 100;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

TEST_CASE("the console shows and steers a real canary in Chromium") {
  Stage stage("browser");
  Site site(stage, "fra-1", "fra-1");
  stage.depops({"env", "create", "fra-1", "--tier", "production"});
  stage.apply(canary_documents(stage, {{"fra-1"}, "10m", "1s", "/ready"}));
  stage.publish("1.0");
  stage.publish("1.1");
  site.start_all(0);
  REQUIRE(stage.wait_for_end(stage.deploy("1.0", "fra-1"), kLong)["state"].as_string() == "completed");
  site.start_stream(kRequestsPerSecond);
  const std::string live = stage.deploy("1.1", "fra-1");

  const std::string address = stage.depops({"sign-in"})["address"].as_string();
  const auto code = address.find("/#code=");
  REQUIRE(code != std::string::npos);
  Command browser;
  browser.words = {"/usr/bin/env", "node", test::source_dir() + "/tests/e2e/console/run.mjs"};
  browser.folder = stage.folder("");
  browser.log = stage.log("browser");
  browser.variables = {
      {"DEPOPS_URL", address.substr(0, code)}, {"DEPOPS_CODE", address.substr(code + 7)}, {"DEPOPS_LIVE", live}};
  for (const char* name : {"DEPOPS_SHOTS", "DEPOPS_ONLY", "DEPOPS_CHROMIUM"})
    if (!variable(name).empty()) browser.variables[name] = variable(name);
  const Ran ran = run(browser, kBrowser);
  INFO(read_file(browser.log) << ran.output);
  CHECK(ran.status == 0);

  CHECK(stage.deployment(live)["state"].as_string() == "aborted");
  CHECK(site.status()["state"].as_string() == "aborted");
  for (const std::string& line : site.requests()) CHECK(line.find(" 200 ") != std::string::npos);
}

}  // namespace depops::stage
