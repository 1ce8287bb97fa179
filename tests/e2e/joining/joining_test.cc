#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "shared/clock/system_clock.h"
#include "shared/x509/x509.h"
#include "tests/e2e/stage/admission.h"
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

// Of the newest that the agent keeps.
Instant end_of_certificate(const Site& site) {
  Instant newest{};
  for (const auto& entry : std::filesystem::directory_iterator(site.folder("state/tls"))) {
    const auto facts = x509::facts_of(read_file(entry.path().string()));
    if (facts.ok()) newest = std::max(newest, facts->not_after);
  }
  return newest;
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

TEST_CASE(
    "e2e joining: a site that never reached the hub's listener joins by two files, and is heard over the broker") {
  Stage stage("joining-by-file");
  Site site(stage, "osl-1", "osl-1", false);
  stage.depops({"env", "create", "osl-1", "--tier", "production"});
  stage.apply(canary_documents(stage, {{"osl-1"}, "2s", "1s", "/ready"}));
  site.join_by_file();
  CHECK(leaves(stage, "site.enrolled") == 1);
  site.start_agent();
  wait_until("it is heard over the broker", kLong, [&] {
    return stage.depops({"get", "site", "osl-1"})["connectivity"].as_string() == "connected";
  });
  const json::Value joined = stage.depops({"audit", "list", "--limit", "0"});
  const bool by_file = std::ranges::any_of(joined["items"].items(), [](const json::Value& leaf) {
    return leaf["action"].as_string() == "site.enrolled" &&
           leaf["reason"].as_string().find("a file that admin brought") != std::string::npos;
  });
  CHECK(by_file);  // nobody spoke at the listener
  CHECK(leaves(stage, "site.bad_frame") == 0);
}

// Seconds take the place of days: of 30 a certificate is renewed after 20.
TEST_CASE("F33 a site renews its certificate while it is connected, and while it is offline and it ran out",
          "[.][turn0]") {
  Stage stage("renewing", {.certificate_seconds = 30});
  Site site(stage, "osl-1", "osl-1", false);
  stage.depops({"env", "create", "osl-1", "--tier", "production"});
  site.join();
  site.start_agent();
  const auto said = [&](const std::string& words) {
    return read_file(stage.log("agent-osl-1")).find(words) != std::string::npos;
  };
  const auto connected = [&] {
    return stage.depops({"get", "site", "osl-1"})["connectivity"].as_string() == "connected";
  };
  wait_until("it is connected", kLong, connected);
  wait_until("it asks for a certificate and connects with it", kLong, [&] { return said("state=in-use"); });
  CHECK(said("state=asked over=broker"));
  CHECK_FALSE(said("over=https"));
  CHECK(leaves(stage, "certificate.issued") == 2);
  wait_until("it is connected with the new one", kLong, connected);

  site.stop_agent();
  std::filesystem::remove(stage.log("agent-osl-1"));
  wait_until("its certificate ran out", kLong,
             [&] { return clock::SystemClock().now().wall > end_of_certificate(site); });
  site.start_agent();
  wait_until("it asks the hub itself, for the broker refuses it", kLong, [&] { return said("state=in-use"); });
  CHECK(said("state=asked over=https"));
  wait_until("it is connected", kLong, connected);
  CHECK(leaves(stage, "certificate.issued") == 3);
  CHECK(leaves(stage, "site.bad_frame") == 0);
}

// depops-agent check, beside the agent or without one.
Ran check(Stage& stage, const Site& site) {
  return run({{Stage::binary("depops-agent"), "check", "--config", site.folder("agent.yaml")},
              site.folder("."),
              stage.log("check"),
              {},
              {}});
}

bool says(const Ran& ran, const std::string& words) { return ran.output.find(words) != std::string::npos; }

TEST_CASE("depops-agent check says who lets the site in, and what is wrong where somebody does not") {
  Stage stage("checking", {.revokes = true});
  Site site(stage, "osl-1", "osl-1", false);
  stage.depops({"env", "create", "osl-1", "--tier", "production"});
  site.join();
  const Ran well = check(stage, site);
  INFO(well.output);
  CHECK(well.status == 0);
  for (const char* who : {"ok      broker: ", "ok      hub's artifacts: ", "ok      hub's joining: "})
    CHECK(says(well, who));

  const std::string authority = read_file(site.folder("infra-ca.pem"));
  write_file(site.folder("infra-ca.pem"), read_file(site.folder("tls.pem")));
  const Ran strange = check(stage, site);
  INFO(strange.output);
  CHECK(strange.status == 1);
  CHECK(says(strange, "FAILED  broker: "));
  CHECK(says(strange, "does not show that it is "));
  write_file(site.folder("infra-ca.pem"), authority);

  stage.depops({"site", "revoke", "osl-1", "--reason", "its disk was stolen"});
  wait_until("the broker knows of it", kLong, [&] { return !is_let_in(stage.broker(), site); });
  const Ran out = check(stage, site);
  INFO(out.output);
  CHECK(out.status == 1);
  CHECK(says(out, "does not let the certificate"));
  CHECK(says(out, "whoever runs the hub enrols this site anew"));
}

TEST_CASE("a site that is revoked is put out of the broker at once, comes in no more, and comes back enrolled anew") {
  Stage stage("revoking", {.revokes = true});
  Site site(stage, "osl-1", "osl-1", false);
  stage.depops({"env", "create", "osl-1", "--tier", "production"});
  site.join();
  CHECK(is_let_in(stage.broker(), site));
  site.start_agent();
  wait_until("it is connected", kLong, [&] {
    return stage.depops({"get", "site", "osl-1"})["connectivity"].as_string() == "connected";
  });
  const auto agent_said = [&](const std::string& words) {
    return read_file(stage.log("agent-osl-1")).find(words) != std::string::npos;
  };
  const json::Value revoked = stage.depops({"site", "revoke", "osl-1", "--reason", "its disk was stolen"});
  CHECK(revoked["revoked"]["reason"].as_string() == "its disk was stolen");
  CHECK(revoked["leftToDo"].is_null());  // the hub told the broker by itself
  wait_until("its connection is ended", kLong, [&] { return agent_said("event=link connected=false"); });
  CHECK_FALSE(is_let_in(stage.broker(), site));
  CHECK(leaves(stage, "site.revoked") == 1);
  const std::string shown = stage.depops({"get", "site", "osl-1"})["connectivity"].as_string();
  CHECK(shown == "offline");

  site.stop_agent();
  std::filesystem::remove_all(site.folder("state"));
  for (const char* file : {"agent.yaml", "tls.key", "tls.pem", "site.key", "infra-ca.pem", "hub.pub", "token"})
    std::filesystem::remove(site.folder(file));
  site.join(true);
  site.start_agent();
  wait_until("it is connected again, with other keys", kLong, [&] {
    return stage.depops({"get", "site", "osl-1"})["connectivity"].as_string() == "connected";
  });
}

}  // namespace
}  // namespace depops::stage
