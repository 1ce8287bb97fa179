#include "tests/e2e/crash/hooks.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace depops::crash {
namespace {

std::string log_of(stage::Site& site) { return stage::Site::hooks_folder(site.stage()) + "/log-" + site.name(); }

}  // namespace

std::string write_hook(const stage::Stage& stage) {
  const std::string folder = stage::Site::hooks_folder(stage);
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/migrate";
  std::ofstream(path) << "#!/bin/sh\necho \"$1 $IDEMPOTENCY_KEY\" >> " << folder << "/log-$DEPOPS_SITE\n";
  ::chmod(path.c_str(), 0700);
  return path;
}

std::vector<std::string> hook_runs(stage::Site& site) {
  std::vector<std::string> runs;
  std::istringstream lines(stage::read_file(log_of(site)));
  for (std::string line; std::getline(lines, line);) runs.push_back(line);
  return runs;
}

void check_hooks(stage::Site& site, const Rollout& rollout, const Before& before, std::vector<std::string>& faults) {
  const auto runs = hook_runs(site);
  std::set<std::string> seen;
  for (std::size_t i = before.hooks; i < runs.size(); ++i) seen.insert(runs[i]);
  const std::string key = site.status()["rollout"].as_string() + "/1/1";
  std::set<std::string> planned;
  if (rollout.kind != Kind::fresh && rollout.kind != Kind::full) planned.insert("up " + key);
  if (rollout.kind == Kind::bad) planned.insert("back " + key + "/undo");
  if (seen == planned) return;
  // Whether the hook was reached depends on the moment the disk is full; what ran is taken back.
  const std::set<std::string> ran_and_taken_back{"up " + key, "back " + key + "/undo"};
  if (rollout.kind == Kind::full && seen == ran_and_taken_back) return;
  std::string text = "hooks:";
  for (const std::string& one : seen) text += " [" + one + "]";
  faults.push_back(text + ", planned were " + std::to_string(planned.size()) + " with the key " + key);
}

}  // namespace depops::crash
