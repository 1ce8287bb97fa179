#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{60};

std::size_t leaves(Stage& stage, const std::string& action) {
  const json::Value audit = stage.depops({"audit", "list", "--limit", "0"});
  return static_cast<std::size_t>(std::ranges::count_if(
      audit["items"].items(), [&](const auto& leaf) { return leaf["action"].as_string() == action; }));
}

TEST_CASE(
    "e2e joining: a site that joined by the printed command is deployed to; enrolled anew, its old key counts for "
    "nothing") {
  Stage stage("joining");
  Site site(stage, "osl-1", "osl-1");
  stage.depops({"env", "create", "osl-1", "--tier", "production"});
  stage.apply(canary_documents(stage, {{"osl-1"}, "2s", "1s", "/ready"}));
  stage.publish("1.0");
  site.join();
  CHECK(leaves(stage, "site.enrolled") == 1);
  site.start_agent();
  site.start_haproxy();
  const json::Value done = stage.wait_for_end(stage.deploy("1.0", "osl-1"), kLong);
  INFO(done["reason"].as_string());
  REQUIRE(done["state"].as_string() == "completed");
  CHECK(site.instances().size() == 2);
  CHECK(leaves(stage, "site.bad_frame") == 0);

  stage.depops({"site", "reenroll", "osl-1", "--token-file", stage.folder("second-token")});
  wait_until("frames of the old key are refused", kLong, [&] { return leaves(stage, "site.bad_frame") > 0; });
  CHECK(site.instances().size() == 2);  // what runs there goes on
}

}  // namespace
}  // namespace depops::stage
