#include "hub/rehearsal/world.h"

#include <algorithm>
#include <cmath>

#include "shared/analysis/run.h"
#include "shared/rollout/rehearsal.h"
#include "shared/rollout/wanted_hook.h"
#include "shared/rollout/wanted_job.h"

namespace depops::hub::rehearsal {
namespace {

constexpr const char* kRouterTrouble = "the router does not answer";

// Whole requests of what came up since; the rest is owed.
std::uint64_t whole(double& owed) {
  const double requests = std::floor(owed);
  owed -= requests;
  return static_cast<std::uint64_t>(requests);
}

}  // namespace

World::World(const manifest::Scenario& scenario, const SetId& target, const SetId& stable, std::uint64_t seed)
    : rps_(scenario.rps),
      match_share_(scenario.match_share),
      artifact_after_(scenario.artifact_after),
      target_(target),
      stable_(stable),
      chance_(seed) {
  if (!stable.empty()) sets_.push_back({{stable, scenario.stable->behaviour}, 100, 100, 0, 0});
  if (target != stable) sets_.push_back({{target, scenario.target.behaviour}, 0, 0, 0, 0});
}

World::Routed* World::find(const SetId& set) {
  const auto found = std::find_if(sets_.begin(), sets_.end(), [&](const Routed& one) { return one.set.id() == set; });
  return found == sets_.end() ? nullptr : &*found;
}

void World::begin(const rollout::Wanted& wanted, Millis now) {
  for (const rollout::WantedSet& one : wanted.sets) {
    if (Routed* routed = find(one.snapshot->set)) routed->set.begin_ready(one.replicas, now);
  }
}

void World::order(const rollout::Wanted& wanted, Millis now) {
  for (Routed& routed : sets_) {
    const auto found = std::find_if(wanted.sets.begin(), wanted.sets.end(),
                                    [&](const auto& one) { return one.snapshot->set == routed.set.id(); });
    const bool named = found != wanted.sets.end();
    routed.wanted = named ? found->percent : 0;
    routed.set.order(named ? found->replicas : 0, named ? found->snapshot->workload.drain : Millis(0), now);
  }
  wanted_routes_ = wanted.forced;
  take_up();
}

void World::take_up() {
  if (!router_) return;
  routes_ = wanted_routes_;
  for (Routed& routed : sets_) routed.percent = routed.wanted;
}

void World::change(const manifest::ScenarioEvent& event, Millis now) {
  rps_ = event.rps.value_or(rps_);
  router_ = event.router.value_or(router_);
  hooks_work_ = event.hooks.value_or(hooks_work_);
  Routed* target = find(target_);
  Routed* stable = find(stable_);
  if (event.target && target != nullptr) target->set.change(*event.target, now);
  if (event.stable && stable != nullptr) stable->set.change(*event.stable, now);
  take_up();
}

// Percent of the requests that it gets: sets without an instance that serves are passed over.
std::uint32_t World::effective(const Routed& routed) const {
  std::uint32_t all = 0;
  for (const Routed& one : sets_) all += one.set.serves() ? one.percent : 0;
  const std::uint32_t own = routed.set.serves() ? routed.percent : 0;
  return all == 0 ? 0 : (200 * own + all) / (2 * all);
}

void World::advance(Millis now, Millis span) {
  for (Routed& routed : sets_) routed.set.live(now);
  const double all = rps_ * static_cast<double>(span.count()) / 1'000;
  const Routed* target = find(target_);
  const double forced = !routes_.empty() && target != nullptr && target->set.serves() ? all * match_share_ : 0;
  const double requests = all - forced;
  double taken = 0;
  for (Routed& routed : sets_) {
    const double share = effective(routed) / 100.0;
    taken += share;
    routed.owed += requests * share;
    if (&routed == target) routed.forced_owed += forced;
    const bool serves = routed.set.serves();
    routed.set.serve(serves ? whole(routed.owed) : 0, serves ? whole(routed.forced_owed) : 0, now, span, chance_);
  }
  owed_ += requests * std::max(0.0, 1 - taken);
  unserved_ += whole(owed_);
}

// A value is read as the scenario says; a metric of counts reads what the router counted.
rollout::Sample World::sample(const analysis::MetricSpec& metric, const rollout::Record& record, const Moment& now) {
  rollout::Sample sample{metric.name, now.wall, counters_, std::nullopt, std::nullopt, "", ""};
  if (std::holds_alternative<analysis::LatencyTest>(metric.test)) {
    sample.rows.clear();
    for (const Routed& routed : sets_) sample.rows.push_back(routed.set.histogram());
  }
  if (!analysis::takes_values(metric.test)) return sample;
  const auto level = [&](const SetId& id) -> std::optional<double> {
    const Routed* routed = find(id);
    if (routed == nullptr || !routed->set.serves()) return std::nullopt;
    const auto found = routed->set.behaviour().values.find(metric.name.str());
    if (found == routed->set.behaviour().values.end()) return std::nullopt;
    return found->second.mean + found->second.spread * chance_.normal();
  };
  const rollout::Snapshot target = rollout::target_of(record);
  if (target) sample.target = level(target->set);
  if (record.stable) sample.stable = level(record.stable->set);
  const bool counts = std::holds_alternative<analysis::Conditions>(metric.test);
  if (!sample.target && !counts) sample.error = "the scenario gives no value of " + metric.name.str();
  return sample;
}

void World::measure(const rollout::Record& record, const Moment& now) {
  for (const analysis::MetricSpec* metric : rollout::due_metrics(record, now)) {
    std::erase_if(samples_, [&](const rollout::Sample& old) { return old.metric == metric->name; });
    samples_.push_back(sample(*metric, record, now));
  }
}

// A Job that measures works as hooks do.
void World::run_hooks(const rollout::Record& record, const Moment& now) {
  hooks_.clear();
  const auto outcome = hooks_work_ ? rollout::HookOutcome::done : rollout::HookOutcome::failed;
  const std::string why = hooks_work_ ? "" : "the scenario says so";
  if (const auto shown = rollout::wanted_rehearsal(record))
    hooks_.push_back({0, rollout::HookOutcome::done, "", shown->key});
  if (const auto wanted = rollout::wanted_hook(record)) hooks_.push_back({wanted->order, outcome, why});
  for (const rollout::WantedMeasure& wanted : rollout::wanted_measures(record, now))
    hooks_.push_back({0, outcome, why, wanted.key});
}

void World::show_routes(rollout::View& view) {
  forced_counters_.clear();
  const Routed* target = find(target_);
  if (target != nullptr) forced_counters_ = target->set.forced_rows();
  view.forced_counters = &forced_counters_;
  const std::uint32_t live = target != nullptr && target->set.serves() ? 1 : 0;
  for (const rollout::ForcedRoute& route : routes_) view.routes.push_back({route.name, live});
}

rollout::View World::view(const rollout::Record& record, const Moment& now) {
  counters_.clear();
  for (const Routed& routed : sets_) {
    counters_.insert(counters_.end(), routed.set.rows().begin(), routed.set.rows().end());
  }
  measure(record, now);
  run_hooks(record, now);
  rollout::View view;
  view.hooks = &hooks_;
  view.artifact = now.boottime >= artifact_after_;
  view.runtime = true;
  view.router = router_;
  view.router_at = now.wall;
  view.counters = &counters_;
  view.foreign = &foreign_;
  view.router_trouble = router_ ? "" : kRouterTrouble;
  view.samples = &samples_;
  show_routes(view);
  const Millis min_ready = record.plan ? record.plan->min_ready : Millis(0);
  const rollout::Snapshot target = rollout::target_of(record);
  if (Routed* routed = target ? find(target->set) : nullptr) {
    view.target = routed->set.view(min_ready, now.boottime);
    view.target_share = effective(*routed);
  }
  if (Routed* routed = record.stable ? find(record.stable->set) : nullptr) {
    view.stable = routed->set.view(min_ready, now.boottime);
  }
  return view;
}

const analysis::Arm& World::total_of(const SetId& set) const {
  static const analysis::Arm kNothing;
  const auto found = std::find_if(sets_.begin(), sets_.end(), [&](const Routed& one) { return one.set.id() == set; });
  return found == sets_.end() ? kNothing : found->set.total();
}

}  // namespace depops::hub::rehearsal
