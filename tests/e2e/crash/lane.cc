#include "tests/e2e/crash/lane.h"

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <sstream>

#include "shared/json/parse.h"
#include "tests/e2e/crash/hooks.h"
#include "tests/e2e/faults/books.h"
#include "tests/e2e/stage/small_disk.h"

namespace depops::crash {
namespace {

using stage::Seconds;
using stage::Trouble;

constexpr Seconds kRollout{60};
constexpr Seconds kDeathAfterEnd{10};
constexpr int kKilled = 128 + 9;
constexpr int kRequestsPerSecond = 200;

std::map<std::string, std::uint64_t> passes_in(const std::string& path) {
  std::map<std::string, std::uint64_t> passes;
  std::istringstream lines(stage::read_file(path));
  for (std::string line; std::getline(lines, line);) ++passes[line];
  return passes;
}

// On a full disk a canary goes no step further, so only the guard against a plainly broken version ends it.
std::string error_share(Kind kind) {
  if (kind == Kind::full) return "0.9";
  return fails_by_design(kind) ? "0.4" : "0";
}

stage::Variables armed(const stage::Site& site, const Case& one) {
  if (one.nth == 0) return {{"DEPOPS_CRASH_TRACE", site.folder("trace")}};
  return {{"DEPOPS_CRASH_POINT", one.point + ":" + std::to_string(one.nth)}};
}

}  // namespace

Lane::Lane(stage::Stage& stage, const std::string& name, unsigned disk_mebibytes)
    : stage_(stage), site_(stage, name, name) {
  if (disk_mebibytes > 0) stage::mount_small_disk(site_.folder("state"), disk_mebibytes);
}

// Everything that keeps the rollout from its end is a fault of the case.
Outcome Lane::run(const Case& one) {
  Outcome outcome;
  ::unlink(site_.folder("trace").c_str());
  died_ = false;
  try {
    carry_out(one, outcome);
  } catch (const Trouble& trouble) {
    outcome.faults.push_back(trouble.what());
    clear_away();
  }
  if (one.nth == 0) outcome.passes = passes_in(site_.folder("trace"));
  return outcome;
}

// So that the next case finds a site at rest, whatever this one left.
void Lane::clear_away() {
  try {
    if (!site_.agent().running()) site_.start_agent();
    if (rollout_.deployment.empty()) return;
    if (!stage::has_ended(stage_.deployment(rollout_.deployment))) {
      stage_.depops({"rollout", "abort", rollout_.deployment});
      stage_.wait_for_end(rollout_.deployment, kRollout);
    }
    stable_ = site_.status()["stable"].as_string();
    check_decisions(stage_, site_, before_, ignored_);
  } catch (const Trouble&) {
    return;  // the next case will say what is wrong here
  }
}

void Lane::carry_out(const Case& one, Outcome& outcome) {
  rollout_ = {one.kind, "", site_.name() + "-" + std::to_string(++rollouts_), stable_};
  stage_.publish(rollout_.version, {error_share(one.kind)});
  Scene scene(one.kind, site_, stable_);
  if (one.kind == Kind::fresh) {
    start_first(one);
  } else {
    site_.stop_agent();
    before_.starts = site_.starts().size();
    before_.requests = site_.requests().size();
    before_.hooks = hook_runs(site_).size();
    scene.before_start();
    start(one);
  }
  outcome.missed = !follow(one, scene);
  stable_ = final_version(rollout_);
  check_requests(site_, rollout_, before_, outcome.faults);
  check_hooks(site_, rollout_, before_, outcome.faults);
  check_starts(site_, rollout_, before_, outcome.faults);
  check_measurements(stage_, rollout_, outcome.faults);
  outcome.decisions = check_decisions(stage_, site_, before_, outcome.faults);
  const faults::HubBook hub = faults::read_hub_book(stage_.folder("hub/hub.db"), site_.name());
  const auto compared = faults::compare(site_.name(), faults::read_site_book(site_).entries, hub.entries);
  outcome.faults.insert(outcome.faults.end(), hub.complaints.begin(), hub.complaints.end());
  outcome.faults.insert(outcome.faults.end(), compared.begin(), compared.end());
}

// The hub has the deployment before the agent is there, so that the agent passes every point of it armed.
void Lane::start(const Case& one) {
  rollout_.deployment = stage_.deploy(rollout_.version, site_.environment());
  site_.start_agent(armed(site_, one));
}

void Lane::start_first(const Case& one) {
  stage::Ran made = site_.init(armed(site_, one));
  died_ = made.status == kKilled;
  if (died_) made = site_.init();
  const auto answer = json::parse(made.output);
  if (made.status != 0 || !answer.ok()) throw Trouble("depops-agent init of " + site_.name() + " refused");
  site_.register_at_hub((*answer)["publicKey"].as_string());
  site_.start_agent(died_ ? stage::Variables{} : armed(site_, one));
  stage::wait_until("HAProxy of " + site_.name() + " runs", kRollout, [&] {
    look_after(one);
    return site_.haproxy().running();
  });
  rollout_.deployment = stage_.deploy(rollout_.version, site_.environment());
}

// As a service supervisor does: what died is started again.
void Lane::look_after(const Case& one) {
  if (!site_.agent().running()) {
    const int status = site_.agent().wait_end("the agent has ended", Seconds(1));
    if (died_ || one.nth == 0 || status != kKilled) {
      throw Trouble("the agent of " + site_.name() + " ended with status " + std::to_string(status) + "\n" +
                    stage::read_file(stage_.log("agent-" + site_.name())));
    }
    died_ = true;
    site_.start_agent();
  }
  const bool configured = std::filesystem::exists(site_.folder("haproxy/haproxy.cfg"));
  if (one.kind == Kind::fresh && configured && !site_.haproxy().running()) site_.start_haproxy();
}

void Lane::disarm() {
  site_.agent().signal(SIGKILL);
  site_.agent().wait_end("the agent that is armed in vain has ended", Seconds(5));
  site_.start_agent();
}

// False: the agent did not come by so often. Some acts depend on what others ask meanwhile, and that is not the same in
// every rollout; a first pass there must always be.
bool Lane::follow(const Case& one, Scene& scene) {
  std::string found = "nothing looked at yet";
  const auto done = [&] {
    look_after(one);
    const json::Value view = site_.view();
    scene.look(stage::Site::service_of(view));
    found = unrest(stage_, site_, view, rollout_);
    return found.empty() && scene.over();
  };
  stage::wait_until(rollout_.version + " is " + (fails_by_design(one.kind) ? "rolled back" : "rolled out"), kRollout,
                    done, [&] { return found; });
  if (one.kind == Kind::fresh) site_.start_stream(kRequestsPerSecond);
  if (one.nth == 0) return true;
  if (stage::comes_within(kDeathAfterEnd, [&] { return done() && died_; })) return true;
  if (one.nth == 1 || died_)
    throw Trouble("the agent was to die at " + one.point +
                  " and to be at rest again; there is: " + (found.empty() ? "an agent that never came by" : found));
  disarm();
  stage::wait_until("an agent that is not armed is at rest", kRollout, done, [&] { return found; });
  return false;
}

}  // namespace depops::crash
