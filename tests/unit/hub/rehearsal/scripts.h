#pragma once

#include <memory>
#include <string>

#include "hub/rehearsal/script.h"

// Scripts to try out, made without files.
namespace depops::hub::rehearsal {

inline rollout::VersionSnapshot snapshot_of(const std::string& label, std::uint32_t replicas) {
  rollout::VersionSnapshot snapshot;
  snapshot.service = ServiceName("checkout");
  snapshot.environment = EnvironmentName("production");
  snapshot.label = VersionLabel(label);
  snapshot.set = SetId("checkout-" + label);
  snapshot.artifact = Digest("sha256:" + label);
  snapshot.workload.replicas = replicas;
  snapshot.workload.drain = Millis(5'000);
  return snapshot;
}

inline rollout::Analysis errors_for(Millis duration) {
  analysis::MetricSpec metric;
  metric.name = MetricName("errors");
  metric.provider = analysis::HaproxyProvider{};
  metric.test = analysis::ErrorsTest{};
  metric.interval = Millis(2'000);
  return {{TemplateName("errors"), {metric}}, duration};
}

inline rollout::Canary canary_of_two_steps() {
  return {{rollout::SetWeight{10}, errors_for(Millis(20'000)), rollout::SetWeight{50}, rollout::Pause{}}};
}

// 1.1 serves with four instances, 1.2 comes; 100 requests a second.
inline Script script_of(rollout::Strategy strategy, double error_share, bool first = false) {
  Script script;
  rollout::Plan plan;
  plan.service = ServiceName("checkout");
  plan.environment = EnvironmentName("production");
  plan.target = snapshot_of("1.2", 4);
  plan.strategy = std::move(strategy);
  plan.step_timeout = Millis(60'000);
  script.plan = std::make_shared<const rollout::Plan>(std::move(plan));
  script.scenario.name = "test";
  script.scenario.rps = 100;
  script.scenario.limit = Millis(600'000);
  script.scenario.target = {VersionLabel("1.2"), {}};
  script.scenario.target.behaviour.error_share = error_share;
  if (first) return script;
  script.stable = std::make_shared<const rollout::VersionSnapshot>(snapshot_of("1.1", 4));
  script.scenario.stable = manifest::ScenarioVersion{VersionLabel("1.1"), {}};
  return script;
}

}  // namespace depops::hub::rehearsal
