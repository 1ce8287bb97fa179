#include "tests/e2e/crash/walk.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/e2e/crash/hooks.h"
#include "tests/e2e/crash/lane.h"
#include "tests/e2e/faults/books.h"
#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/small_disk.h"

namespace depops::crash {
namespace {

constexpr unsigned kSmallDisk = 400;     // MiB: below 256 free an agent starts nothing new, and 64 are its reserve
constexpr std::size_t kFreshSites = 40;  // a pipeline names at most 50 environments

std::string site_name(std::size_t number) { return "site-" + std::to_string(number); }

// Where two rollouts decided differently.
std::string difference(const std::vector<std::string>& seen, const std::vector<std::string>& reference) {
  if (seen == reference) return "";
  const auto [at, other] = std::mismatch(seen.begin(), seen.end(), reference.begin(), reference.end());
  return "decision " + std::to_string(at - seen.begin() + 1) + " of " + std::to_string(seen.size()) + " is \"" +
         (at == seen.end() ? "none" : *at) + "\", of a living agent's " + std::to_string(reference.size()) + " \"" +
         (other == reference.end() ? "none" : *other) + "\"";
}

class Walk {
 public:
  explicit Walk(const Settings& settings) : settings_(settings) {
    report_.small_disk = stage::own_mounts();
    stage_ = std::make_unique<stage::Stage>("crash");
    stage::Canary canary;
    for (std::size_t i = 0; i < settings_.lanes + kFreshSites; ++i) {
      canary.environments.push_back(site_name(i));
      stage_->depops({"env", "create", site_name(i), "--tier", "production"});
    }
    // Long enough for thirty requests of the canary also where the machine is loaded: two seconds once gave it eight.
    canary.first_step = "4s";
    canary.hook = write_hook(*stage_);
    canary.readiness_path = "/metrics";  // not the agent's own default: HAProxy must be reloaded once
    stage_->apply(stage::canary_documents(*stage_, canary));
  }

  Report run() {
    take_references();
    Passes passes;
    for (const Finished& one : report_.references) passes[one.one.kind] = one.outcome.passes;
    std::vector<Case> all = cases_for(passes, report_.unpassed);
    const auto drawn =
        settings_.random > 0 ? random_cases(passes, settings_.random, settings_.seed) : std::vector<Case>{};
    all.insert(all.end(), drawn.begin(), drawn.end());
    report_.planned = all.size();
    for (const Case& one : all) report_.points.insert(one.point);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool named = settings_.only.empty() || name_of(all[i]).find(settings_.only) != std::string::npos;
      if (i % settings_.slices == settings_.slice && named) report_.cases.push_back({all[i], {}});
    }
    take_cases();
    compare();
    report_.log = faults::check_log(stage_->folder("hub/hub.db"));
    return std::move(report_);
  }

 private:
  // Lane i takes the i-th kind; the lane of kind full has a small disk, and all of them begin with kind fresh.
  void take_references() {
    for (const Kind kind : kKinds) {
      if (kind != Kind::full || report_.small_disk) report_.references.push_back({{kind, "", 0}, {}});
    }
    lanes_.resize(settings_.lanes);
    in_parallel([this](std::size_t i) {
      const bool small = i == 0 && report_.small_disk;
      lanes_[i] = std::make_unique<Lane>(*stage_, site_name(i), small ? kSmallDisk : 0);
      const Outcome first = lanes_[i]->run({Kind::fresh, "", 0});
      for (Finished& reference : report_.references) {
        if (i == 0 && reference.one.kind == Kind::fresh) reference.outcome = first;
      }
    });
    work_off(report_.references, [](const Case& one) { return one.kind != Kind::fresh; });
  }

  void take_cases() {
    work_off(report_.cases, [](const Case&) { return true; });
  }

  // Cases of kind full go to the lane with the small disk, which takes others after them.
  void work_off(std::vector<Finished>& all, const std::function<bool(const Case&)>& wanted) {
    std::vector<Finished*> full, others;
    for (Finished& one : all) {
      if (wanted(one.one)) (one.one.kind == Kind::full ? full : others).push_back(&one);
    }
    std::atomic<std::size_t> next{0};
    in_parallel([&](std::size_t lane) {
      for (Finished* one : full) {
        if (lane == 0) one->outcome = run_until_met(*lanes_[0], one->one);
      }
      for (std::size_t i = next++; i < others.size(); i = next++)
        others[i]->outcome = run_until_met(*lanes_[lane], others[i]->one);
    });
  }

  // A pass that does not come in this rollout is looked for earlier in the next one.
  Outcome run_until_met(Lane& lane, Case& one) {
    for (;;) {
      Outcome outcome = run_one(lane, one);
      if (!outcome.missed || !outcome.faults.empty()) return outcome;
      one.nth = std::max<std::uint64_t>(1, one.nth / 2);
    }
  }

  Outcome run_one(Lane& lane, const Case& one) {
    if (one.kind != Kind::fresh) return lane.run(one);
    const std::size_t number = settings_.lanes + fresh_++;
    if (number >= settings_.lanes + kFreshSites) return {{}, {}, {"more fresh sites than the pipeline names"}};
    return Lane(*stage_, site_name(number)).run(one);
  }

  void in_parallel(const std::function<void(std::size_t)>& work) const {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < settings_.lanes; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }

  void compare() {
    for (Finished& one : report_.cases) {
      const auto reference =
          std::ranges::find_if(report_.references, [&](const auto& r) { return r.one.kind == one.one.kind; });
      const std::string found = difference(one.outcome.decisions, reference->outcome.decisions);
      const bool comparable = one.one.kind != Kind::full;  // there it depends on the moment the disk is full
      if (comparable && one.outcome.faults.empty() && !found.empty()) one.outcome.faults.push_back(found);
    }
  }

  Settings settings_;
  Report report_;
  std::unique_ptr<stage::Stage> stage_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<std::size_t> fresh_{0};
};

}  // namespace

Report walk(const Settings& settings) { return Walk(settings).run(); }

}  // namespace depops::crash
