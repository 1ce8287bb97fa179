#include "tests/bench/decided_rollout.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "shared/rollout/desired.h"

namespace depops::bench {
namespace {

using namespace std::chrono_literals;
using rollout::View;

constexpr std::uint32_t kReplicas = 10;

analysis::MetricSpec metric(const char* name, analysis::Test test) {
  analysis::MetricSpec made;
  made.name = MetricName(name);
  made.test = std::move(test);
  made.interval = 10'000ms;
  return made;
}

rollout::Strategy strategy() {
  analysis::ErrorsTest restarting;
  restarting.restarts = analysis::kRestartsMax;
  rollout::Analysis watched;
  watched.duration = 60'000ms;
  watched.spec.name = TemplateName("watched");
  watched.spec.metrics = {metric("errors", analysis::ErrorsTest{}), metric("late-errors", restarting),
                          metric("share", analysis::Conditions{"", "result > 0.05"})};
  rollout::Canary canary;
  for (const std::uint32_t percent : {5U, 25U, 50U, 100U}) {
    canary.steps.emplace_back(rollout::SetWeight{percent});
    canary.steps.emplace_back(rollout::Pause{10'000ms});
    if (percent < 100) canary.steps.emplace_back(watched);
  }
  canary.background = rollout::Background{{TemplateName("beside"), {metric("beside", analysis::ErrorsTest{})}}, 0};
  return canary;
}

std::shared_ptr<rollout::Plan> plan_of(std::uint64_t number) {
  auto plan = std::make_shared<rollout::Plan>();
  plan->service = ServiceName("checkout");
  plan->target.service = plan->service;
  plan->target.label = VersionLabel("1." + std::to_string(number));
  plan->target.set = SetId("checkout-" + std::to_string(number));
  plan->target.workload.replicas = kReplicas;
  plan->strategy = strategy();
  return plan;
}

rollout::SetView seen(std::uint32_t replicas) {
  rollout::SetView set;
  set.ordered = set.running = set.ready = set.available = set.routable = replicas;
  return set;
}

bool judged(const rollout::Decision& decision) {
  return std::any_of(decision.reports.begin(), decision.reports.end(),
                     [](const auto& report) { return std::holds_alternative<rollout::WindowJudged>(report); });
}

}  // namespace

DecidedRollout::DecidedRollout()
    : now_{Instant(1'800'000'000s), 60'000ms, BootId("5d4c4f0e-9a43-4a3b-8f1e-0c7a61f1c9b2")} {
  auto empty = std::make_shared<rollout::Record>();
  empty->service = ServiceName("checkout");
  record_ = std::move(empty);
  run();  // the first deployment has no steps
  quiet_ = changing_ = judging_ = {};
}

View DecidedRollout::look() const {
  View view;
  view.artifact = view.runtime = view.router = true;
  view.router_at = now_.wall;
  view.target_share = record_->weight.percent;
  view.target = seen(record_->target_replicas);
  if (record_->stable) view.stable = seen(record_->stable_replicas);
  view.counters = &counters_;
  return view;
}

void DecidedRollout::give(const rollout::Event& event) {
  const View view = look();
  const auto start = std::chrono::steady_clock::now();
  rollout::Decision decision = rollout::step(record_, event, view, watch_, now_);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  Spent& spent = judged(decision) ? judging_ : decision.next ? changing_ : quiet_;
  spent.us += took.count();
  ++spent.steps;
  if (decision.next) record_ = std::move(decision.next);
  if (record_->phase == rollout::Phase::analyzing) analyzing_ = record_;
}

// A thousand answers for each ten percent that a version has, by its instances.
void DecidedRollout::pass(Millis time) {
  now_.wall += time;
  now_.boottime += time;
  for (const rollout::WantedSet& set : rollout::desired_of(*record_).sets) {
    for (std::uint32_t i = 0; i < set.replicas; ++i) {
      const std::string source = "haproxy:1/" + set.snapshot->set.str() + "." + std::to_string(i);
      auto row =
          std::find_if(counters_.begin(), counters_.end(), [&](const auto& one) { return one.source == source; });
      if (row == counters_.end()) row = counters_.insert(counters_.end(), {set.snapshot->set, source, 0, 0, 0});
      row->answers += std::uint64_t{100} * set.percent / set.replicas;
    }
  }
}

void DecidedRollout::run() {
  ++epoch_;
  rollout::Submit submit;
  submit.rollout = RolloutId("r-" + std::to_string(epoch_));
  submit.epoch = Generation(epoch_);
  submit.plan = plan_of(epoch_);
  submit.by = Actor("hub");
  counters_.clear();
  give(submit);
  for (int i = 0; i < 10'000 && record_->phase != rollout::Phase::idle; ++i) {
    pass(200ms);
    give(rollout::Observed{});
  }
  if (record_->state != rollout::State::completed) throw std::runtime_error("ended as " + record_->reason);
}

void DecidedRollout::copy_record() { copied_ = std::make_shared<rollout::Record>(*analyzing_); }

}  // namespace depops::bench
