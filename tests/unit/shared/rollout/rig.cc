#include "tests/unit/shared/rollout/rig.h"

#include <algorithm>

#include "shared/rollout/wanted_hook.h"
#include "shared/rollout/wanted_job.h"

namespace depops::rollout {

std::shared_ptr<Plan> plan_of(const std::string& number, Strategy strategy, std::uint32_t replicas) {
  auto plan = std::make_shared<Plan>();
  plan->service = ServiceName("checkout");
  plan->target.service = plan->service;
  plan->target.label = VersionLabel("1." + number);
  plan->target.set = SetId("checkout-" + number);
  plan->target.artifact = Digest("sha256:" + number);
  plan->target.workload.replicas = replicas;
  plan->strategy = std::move(strategy);
  return plan;
}

Analysis errors_for(Millis duration, Millis interval) {
  Analysis analysis;
  analysis.duration = duration;
  analysis::MetricSpec metric;
  metric.name = MetricName("errors");
  metric.interval = interval;
  metric.test = analysis::ErrorsTest{};
  metric.limits.min_requests = 10;
  analysis.spec.name = TemplateName("errors");
  analysis.spec.metrics = {metric};
  return analysis;
}

Rig::Rig() {
  auto empty = std::make_shared<Record>();
  empty->service = ServiceName("checkout");
  record = std::move(empty);
}

SetView Rig::see(const SetId& set, std::uint32_t replicas) const {
  SetView view;
  view.ordered = view.running = replicas;
  const auto limit = most.find(set);
  const std::uint32_t ready = limit == most.end() ? replicas : std::min(replicas, limit->second);
  if (dead.count(set) == 0) view.ready = view.available = view.routable = ready;
  return view;
}

View Rig::look() {
  View view;
  view.artifact = view.runtime = view.router = true;
  view.router_at = now.wall;
  view.weights = divides;
  view.target_share = record->weight.percent;
  const Snapshot target = target_of(*record);
  if (target) view.target = see(target->set, record->target_replicas);
  if (record->stable) view.stable = see(record->stable->set, record->stable_replicas);
  view.counters = &counters_;
  view.forced_counters = &forced_counters_;
  for (const ForcedRoute& route : router_forces ? desired_of(*record).forced : std::vector<ForcedRoute>{})
    view.routes.push_back({route.name, view.target.routable});
  view.hooks = &hooks_;
  if (seen) seen(view);
  return view;
}

// What should run is begun after the decision, and ends as the test says.
void Rig::run_hooks() {
  const std::vector<HookFact> before = std::exchange(hooks_, {});
  if (const auto wanted = wanted_hook(*record)) {
    if (std::ranges::find(before, wanted->order, &HookFact::order) == before.end()) hook_runs.push_back(wanted->key);
    hooks_.push_back(hook(wanted->key));
    hooks_.back().order = wanted->order;
  }
  if (const auto wanted = wanted_rehearsal(*record)) {
    if (std::ranges::find(before, wanted->key, &HookFact::key) == before.end()) rehearsals.push_back(*wanted);
    hooks_.push_back(rehearsal(*wanted));
    hooks_.back().key = wanted->key;
  }
  for (const WantedMeasure& wanted : wanted_measures(*record, now)) {
    if (std::ranges::find(before, wanted.key, &HookFact::key) == before.end()) job_runs.push_back(wanted.key);
    hooks_.push_back(job(wanted.key));
    hooks_.back().key = wanted.key;
  }
}

Decision Rig::absorb(Decision decision) {
  if (decision.next) {
    const std::uint32_t before = record->weight.percent;
    record = decision.next;
    if (record->weight.percent != before) weights.push_back(record->weight.percent);
  }
  run_hooks();
  reports.insert(reports.end(), decision.reports.begin(), decision.reports.end());
  leaves.insert(leaves.end(), decision.leaves.begin(), decision.leaves.end());
  return decision;
}

Decision Rig::submit(const std::shared_ptr<Plan>& plan, bool supersede) {
  ++epoch_;
  Submit submit;
  submit.rollout = RolloutId("r-" + std::to_string(epoch_));
  submit.deployment = DeploymentId("d-" + std::to_string(epoch_));
  submit.epoch = Generation(epoch_);
  submit.plan = plan;
  submit.by = Actor("hub");
  submit.supersede = supersede;
  return absorb(step(record, submit, look(), watch_, now));
}

Command Rig::command_of(Verb verb, std::optional<std::uint32_t> expected_step) {
  Command command;
  command.id = CommandId("c-" + std::to_string(++commands_));
  command.verb = verb;
  command.actor = who;
  command.expected_step = expected_step;
  return command;
}

Decision Rig::give(Verb verb, std::optional<std::uint32_t> expected_step) {
  return absorb(step(record, command_of(verb, expected_step), look(), watch_, now));
}

Decision Rig::scale(std::optional<std::uint32_t> replicas) {
  Command command = command_of(Verb::scale, std::nullopt);
  command.replicas = replicas;
  return absorb(step(record, command, look(), watch_, now));
}

Decision Rig::give_waiting(Verb verb) {
  return absorb(answer_waiting(record, command_of(verb, std::nullopt), look(), now));
}

void Rig::count(std::vector<analysis::CounterRow>& rows, const char* where, const SetId& set, std::uint64_t requests) {
  auto row = std::ranges::find_if(rows, [&](const auto& one) { return one.set == set; });
  if (row == rows.end()) row = rows.insert(rows.end(), {set, where + set.str(), 0, 0, 0});
  const auto errors = error_permille.find(set);
  const std::uint64_t failed = errors == error_permille.end() ? 0 : requests * errors->second / 1'000;
  row->answers += requests - failed;
  row->errors_5xx += failed;
}

Decision Rig::restart() {
  watch_ = {};
  hooks_.clear();
  return absorb(step(record, Recovered{}, look(), watch_, now));
}

Decision Rig::tick(Millis after) {
  now.wall += after;
  now.boottime += after;
  const auto span = static_cast<std::uint64_t>(after.count());
  const Wanted wanted = desired_of(*record);
  for (const WantedSet& set : wanted.sets)
    count(counters_, "haproxy:1/", set.snapshot->set, span * rps * set.percent / 100'000);
  if (!wanted.forced.empty())
    count(forced_counters_, "haproxy:1/forced-", wanted.forced[0].set, span * forced_rps / 1'000);
  return absorb(step(record, Observed{}, look(), watch_, now));
}

bool Rig::until(const std::function<bool()>& is_so, int ticks) {
  for (int i = 0; i < ticks && !is_so(); ++i) tick();
  return is_so();
}

void Rig::bring_up(const std::string& number, std::uint32_t replicas) {
  submit(plan_of(number, Canary{{SetWeight{10}}}, replicas));
  until_ended();
}

std::vector<RolloutStatus> Rig::statuses_of(const RolloutId& rollout) const {
  std::vector<RolloutStatus> found;
  for (const Report& report : reports) {
    const auto* changed = std::get_if<RolloutChanged>(&report);
    if (changed != nullptr && changed->status.rollout == rollout) found.push_back(changed->status);
  }
  return found;
}

}  // namespace depops::rollout
