#include "shared/rollout/rehearsal.h"

#include <algorithm>

#include "shared/rollout/draft.h"

namespace depops::rollout {
namespace {

// The same Job for the same purpose is shown once.
void add_shown(std::vector<ShownJob>& jobs, ShownJob one) {
  const auto is_same = [&](const ShownJob& other) {
    return other.name == one.name && other.job == one.job && other.timeout == one.timeout;
  };
  if (std::ranges::none_of(jobs, is_same)) jobs.push_back(std::move(one));
}

void add_measuring(std::vector<ShownJob>& jobs, const std::string& place, const analysis::AnalysisSpec& spec) {
  for (const analysis::MetricSpec& metric : spec.metrics) {
    const auto* job = std::get_if<analysis::JobProvider>(&metric.provider);
    if (job == nullptr) continue;
    const std::string& name = metric.name.str();
    add_shown(jobs,
              {place + "metric " + name + " of analysis " + spec.name.str(), name, {job->manifest}, job->timeout});
  }
}

void add_hook(std::vector<ShownJob>& jobs, const std::string& place, const Hook& hook) {
  const auto* job = std::get_if<HookJob>(&hook.call);
  if (job != nullptr) add_shown(jobs, {place + "hook " + hook.name, hook.name, *job, hook.timeout});
  const auto* undo = hook.undo ? std::get_if<HookJob>(&*hook.undo) : nullptr;
  if (undo != nullptr) add_shown(jobs, {place + "undo of hook " + hook.name, hook.name, *undo, hook.timeout});
}

// Of all that the record's rollout may come to, in order; what is skipped is not come to.
std::vector<ShownJob> jobs_of(const Record& record) {
  std::vector<ShownJob> jobs;
  const auto* canary = record.plan ? std::get_if<Canary>(&record.plan->strategy) : nullptr;
  if (canary == nullptr || record.strategy_skipped) return jobs;
  for (std::size_t i = 0; i < canary->steps.size(); ++i) {
    const std::string place = "step " + std::to_string(i + 1) + ": ";
    if (const auto* hook = std::get_if<Hook>(&canary->steps[i])) add_hook(jobs, place, *hook);
    if (const auto* analysis = std::get_if<Analysis>(&canary->steps[i])) add_measuring(jobs, place, analysis->spec);
  }
  if (canary->background) add_measuring(jobs, "", canary->background->spec);
  return jobs;
}

}  // namespace

std::string beyond_site(const Draft& draft) {
  if (draft.view().jobs) return {};
  const std::vector<ShownJob> jobs = jobs_of(draft.record());
  if (jobs.empty()) return {};
  return jobs.front().who +
         " is a Job, and this site is no namespace of a Kubernetes cluster; whoever owns the pipeline gives this "
         "environment a program or a request instead, or leaves this site out of it";
}

std::optional<WantedRehearsal> wanted_rehearsal(const Record& record) {
  if (record.phase != Phase::preflight) return std::nullopt;
  std::vector<ShownJob> jobs = jobs_of(record);
  if (jobs.empty()) return std::nullopt;
  return WantedRehearsal{record.rollout.str() + "/rehearsal/" + std::to_string(record.attempt), std::move(jobs)};
}

Rehearsed rehearsed(const Record& record, const View& view) {
  const auto wanted = wanted_rehearsal(record);
  if (!wanted) return {true};
  Rehearsed known{false, {}, "the cluster is asked whether it takes the Jobs of the plan"};
  if (view.hooks == nullptr) return known;
  const auto fact = std::ranges::find(*view.hooks, wanted->key, &HookFact::key);
  if (fact == view.hooks->end()) return known;
  switch (fact->outcome) {
    case HookOutcome::done:
      return {true};
    case HookOutcome::failed:
    case HookOutcome::no_end:
      return {false, fact->text, {}};
    case HookOutcome::running:
    case HookOutcome::unknown:
      break;
  }
  if (!fact->text.empty()) known.waits_for += ": " + fact->text;
  return known;
}

}  // namespace depops::rollout
