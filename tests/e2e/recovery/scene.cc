#include "tests/e2e/recovery/scene.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>

#include "shared/sqlite/connection.h"
#include "tests/e2e/stage/documents.h"

namespace depops::stage {
namespace {

constexpr int kRequestsPerSecond = 150;

}  // namespace

RecoveryScene::RecoveryScene(const std::string& name, const std::vector<std::string>& sites) : stage(name) {
  if (sites.empty()) return;
  for (const std::string& site : sites) stage.depops({"env", "create", site, "--tier", "staging"});
  stage.apply(canary_documents(stage, {.environments = sites}));
  stage.publish("1.0");
  for (const std::string& site : sites) {
    sites_[site] = std::make_unique<Site>(stage, site, site);
    sites_[site]->start_all(0);
    deploy("1.0", site);
    sites_[site]->start_stream(kRequestsPerSecond);
  }
}

void RecoveryScene::deploy(const std::string& version, const std::string& site) {
  const json::Value end = stage.wait_for_end(stage.deploy(version, site), kLong);
  INFO(version << " at " << site << ": " << end["reason"].as_string());
  REQUIRE(end["state"].as_string() == "completed");
}

void RecoveryScene::back_up() {
  auto live = sqlite::Connection::open(stage.folder("hub/hub.db"), {.read_only = true});
  REQUIRE(live.ok());
  std::filesystem::remove(stage.folder("yesterday.db"));
  const auto copied = live->execute("VACUUM INTO '" + stage.folder("yesterday.db") + "'");
  INFO((copied.ok() ? "" : copied.error().what));
  REQUIRE(copied.ok());
}

void RecoveryScene::put_back() {
  stage.hub().signal(SIGTERM);
  REQUIRE(stage.hub().wait_end("the hub ends", kLong) == 0);
  for (const char* part : {"hub/hub.db-wal", "hub/hub.db-shm"}) std::filesystem::remove(stage.folder(part));
  std::filesystem::copy_file(stage.folder("yesterday.db"), stage.folder("hub/hub.db"),
                             std::filesystem::copy_options::overwrite_existing);
  stage.start_hub_again();
}

json::Value RecoveryScene::hub() { return stage.depops({"hub", "status"}); }

void RecoveryScene::wait_for_state(const std::string& state) {
  wait_until("the hub is in state " + state, kLong, [&] { return hub()["state"].as_string() == state; });
}

std::size_t RecoveryScene::mark() const { return read_file(stage.log("hub")).size(); }

std::vector<std::uint64_t> RecoveryScene::signed_since(std::size_t mark, const std::string& site) {
  std::istringstream lines(read_file(stage.log("hub")).substr(mark));
  const std::string words = "effect=publish_desired site=" + site + " generation=";
  std::vector<std::uint64_t> found;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(words)) found.push_back(std::stoull(line.substr(words.size())));
  return found;
}

std::string RecoveryScene::refused(const std::vector<std::string>& words) {
  try {
    stage.depops(words);
  } catch (const Trouble& trouble) {
    return trouble.what();
  }
  return "";
}

std::uint64_t RecoveryScene::generation(const std::string& name) { return site(name).view()["generation"].as_uint(); }

std::vector<json::Value> RecoveryScene::leaves(const std::string& action) {
  std::vector<json::Value> found;
  const json::Value rows = stage.depops({"audit", "list", "--limit", "0"});
  for (const json::Value& row : rows["items"].items())
    if (action.empty() || row["action"].as_string() == action) found.push_back(row);
  return found;
}

void RecoveryScene::check_once(const std::string& name) {
  const auto starts = site(name).starts();
  const std::set<std::string> different(starts.begin(), starts.end());
  CHECK(starts.size() == different.size());
  std::vector<std::uint64_t> numbers;
  for (const json::Value& row : leaves(""))
    if (row["site"].as_string() == name) numbers.push_back(row["siteSeq"].as_uint());
  std::ranges::sort(numbers);
  REQUIRE_FALSE(numbers.empty());
  CHECK(numbers.front() == 1);
  CHECK(numbers.back() == numbers.size());  // each once, none missing
  CHECK(leaves("site.gap").empty());
}

}  // namespace depops::stage
