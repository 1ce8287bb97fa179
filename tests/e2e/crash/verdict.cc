#include "tests/e2e/crash/verdict.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

namespace depops::crash {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kInstances = 2;
constexpr std::size_t kTold = 3;  // failed requests that are shown

std::string agent_unrest(const json::Value& view, const Rollout& rollout) {
  if (view["backlog"].as_uint() != 0) return "entries that the hub has not acknowledged";
  if (view["services"].items().empty()) return "an agent that knows no service";
  const json::Value& status = view["services"].items().front();
  const std::string wanted = fails_by_design(rollout.kind) ? "rolled_back" : "completed";
  if (status["deployment"].as_string() != rollout.deployment)
    return "an agent at deployment " + status["deployment"].as_string();
  if (status["state"].as_string() != wanted || status["phase"].as_string() != "idle") {
    return "an agent in state " + status["state"].as_string() + " " + status["phase"].as_string() + ", step " +
           std::to_string(status["step"].as_uint() + 1) + " of " + std::to_string(status["steps"].as_uint()) +
           " in attempt " + std::to_string(status["attempt"].as_uint()) + ", waiting for " +
           status["waitingFor"].as_string() + ", " + status["reason"].as_string();
  }
  if (status["stable"].as_string() != final_version(rollout)) return "stable " + status["stable"].as_string();
  if (!status["degraded"].as_string().empty()) return "degraded: " + status["degraded"].as_string();
  return "";
}

std::string machine_unrest(stage::Site& site, const Rollout& rollout) {
  const auto instances = site.instances();
  std::string said = "instances";
  for (const stage::Running& one : instances) said += " " + one.instance + "(" + one.version + ")";
  const bool right =
      std::ranges::all_of(instances, [&](const auto& one) { return one.version == final_version(rollout); });
  if (instances.size() != kInstances || !right) return said;
  for (const auto& [server, weight] : site.weights()) said += " " + server + "=" + std::to_string(weight);
  const auto weights = site.weights();
  if (weights.size() != kInstances) return "servers of HAProxy: " + said;
  for (const stage::Running& one : instances) {
    const auto found = weights.find(one.instance.substr(one.instance.find('/') + 1));
    if (found == weights.end() || found->second == 0) return "weights: " + said;
  }
  return "";
}

// What only a rollout under way may have on disk.
std::string disk_unrest(stage::Site& site, const Rollout& rollout) {
  for (const auto& entry : fs::directory_iterator(site.folder("state/artifacts"))) {
    if (entry.path().has_extension()) return "left behind: " + entry.path().string();
  }
  std::set<std::string> wanted, found;
  for (const stage::Running& one : site.instances()) wanted.insert(one.instance.substr(one.instance.find('/') + 1));
  for (const auto& entry : fs::directory_iterator(site.folder("state/instances/instances"))) {
    found.insert(entry.path().filename().string());
  }
  return wanted == found ? "" : std::to_string(found.size()) + " folders of instances after " + rollout.version;
}

std::string hub_unrest(stage::Stage& stage, stage::Site& site, const Rollout& rollout) {
  const json::Value deployment = stage.deployment(rollout.deployment);
  const std::string state = deployment["state"].as_string();
  if (state != (fails_by_design(rollout.kind) ? "rolled_back" : "completed")) return "a deployment in state " + state;
  const json::Value sites = stage.depops({"get", "sites", "--limit", "0"});
  for (const json::Value& one : sites["items"].items()) {
    if (one["name"].as_string() != site.name()) continue;
    std::map<std::string, std::uint64_t> weights;
    for (const json::Value& service : one["services"].items()) {
      for (const json::Value& weight : service["weights"].items()) {
        if (weight["percent"].as_uint() > 0) weights[weight["version"].as_string()] = weight["percent"].as_uint();
      }
    }
    if (weights == std::map<std::string, std::uint64_t>{{final_version(rollout), 100}}) return "";
  }
  return "a hub that believes in other weights";
}

// Without generation numbers, which go on from rollout to rollout, and without weights: an agent that was just started
// orders a weight only after it has looked.
std::string text_of(const json::Value& leaf) {
  if (leaf["action"].as_string().starts_with("site.")) return leaf["action"].as_string();
  const std::string after = leaf["after"].as_string();
  return leaf["action"].as_string() + ": " + after.substr(0, after.find(" weight"));
}

}  // namespace

bool fails_by_design(Kind kind) { return kind == Kind::bad || kind == Kind::full; }

std::string final_version(const Rollout& rollout) {
  return fails_by_design(rollout.kind) ? rollout.stable : rollout.version;
}

std::string unrest(stage::Stage& stage, stage::Site& site, const json::Value& view, const Rollout& rollout) {
  std::string found = agent_unrest(view, rollout);
  if (found.empty()) found = machine_unrest(site, rollout);
  if (found.empty()) found = disk_unrest(site, rollout);
  if (found.empty()) found = hub_unrest(stage, site, rollout);
  return found;
}

void check_requests(stage::Site& site, const Rollout& rollout, const Before& before, std::vector<std::string>& faults) {
  const auto requests = site.requests();
  std::vector<std::string> failed;
  for (std::size_t i = before.requests; i < requests.size(); ++i) {
    std::istringstream words(requests[i]);
    std::string at, version, status;
    words >> at >> version >> status;
    const bool planned = fails_by_design(rollout.kind) && version == rollout.version && status == "500";
    if (status != "200" && !planned) failed.push_back(requests[i]);
  }
  if (!site.stream().running()) faults.push_back("the stream of requests ended");
  if (failed.empty()) return;
  std::string text = std::to_string(failed.size()) + " requests failed:";
  for (std::size_t i = 0; i < std::min(kTold, failed.size()); ++i) text += " [" + failed[i] + "]";
  faults.push_back(text);
}

void check_starts(stage::Site& site, const Rollout& rollout, const Before& before, std::vector<std::string>& faults) {
  const auto starts = site.starts();
  std::map<std::string, std::size_t> by_version;
  std::set<std::string> instances;
  for (std::size_t i = before.starts; i < starts.size(); ++i) {
    ++by_version[starts[i].substr(0, starts[i].find(' '))];
    if (!instances.insert(starts[i]).second) faults.push_back("started twice: " + starts[i]);
  }
  std::map<std::string, std::size_t> planned{{rollout.version, fails_by_design(rollout.kind) ? 1 : kInstances}};
  if (rollout.kind == Kind::death) planned[rollout.stable] = 1;
  if (by_version == planned) return;
  std::string text = "started instances:";
  for (const auto& [version, count] : by_version) text += " " + std::to_string(count) + " of " + version;
  faults.push_back(text + ", planned were " + std::to_string(planned[rollout.version]));
}

std::vector<std::string> check_decisions(stage::Stage& stage, stage::Site& site, Before& before,
                                         std::vector<std::string>& faults) {
  std::vector<std::string> decisions;
  std::multimap<std::uint64_t, std::string> leaves;
  for (const std::string& object : {"rollout/" + site.status()["rollout"].as_string(), "site/" + site.name()}) {
    const json::Value found = stage.depops({"audit", "list", "--object", object, "--limit", "0"});
    for (const json::Value& leaf : found["items"].items()) {
      const std::uint64_t number = leaf["siteSeq"].as_uint();  // none: the hub's own
      if (leaf["site"].as_string() == site.name() && number > before.leaves) leaves.emplace(number, text_of(leaf));
    }
  }
  for (const auto& [number, text] : leaves) {
    if (number != before.leaves + 1) {
      faults.push_back("after the site's audit leaf " + std::to_string(before.leaves) + " the hub has " +
                       std::to_string(number) + ", " + text);
    }
    before.leaves = number;
    decisions.push_back(text);
  }
  return decisions;
}

void check_measurements(stage::Stage& stage, const Rollout& rollout, std::vector<std::string>& faults) {
  std::set<std::string> seen;
  const json::Value events = stage.depops({"events", rollout.deployment, "--limit", "0"});
  for (const json::Value& event : events["items"].items()) {
    if (event["kind"].as_string() != "measurement") continue;
    const std::string text = event["at"].as_string() + " " + event["text"].as_string();
    if (!seen.insert(text).second) faults.push_back("the hub has twice: " + text);
  }
}

}  // namespace depops::crash
