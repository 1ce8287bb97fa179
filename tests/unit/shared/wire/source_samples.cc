#include "tests/unit/shared/wire/samples.h"

// One plan for each source of numbers, with nothing left at its default.
namespace depops::test {
namespace {

rollout::Plan plan_with(analysis::Provider provider) {
  analysis::MetricSpec metric;
  metric.name = MetricName("watched");
  metric.provider = std::move(provider);
  metric.test = analysis::Conditions{"result < 10", "result > 100"};
  rollout::Plan plan = canary_plan();
  plan.strategy = rollout::Canary{
      {rollout::SetWeight{10}, rollout::Analysis{{TemplateName("sources"), {metric}}, Millis(600'000)}}};
  return plan;
}

}  // namespace

std::vector<std::pair<std::string, rollout::Plan>> source_plans() {
  return {
      {"plan_prometheus", plan_with(analysis::PrometheusProvider{"http://prometheus:9090", "lag{set=\"{{set}}\"}",
                                                                 "requests_total{set=\"{{set}}\"}",
                                                                 "errors_total{set=\"{{set}}\"}", Millis(45'000)})},
      {"plan_http", plan_with(analysis::HttpProvider{"http://127.0.0.1:8080/numbers", "/{{set}}/p99",
                                                     "/{{set}}/requests", "/{{set}}/errors"})},
      {"plan_command",
       plan_with(analysis::CommandProvider{"/usr/local/bin/check", {"--set", "{{set}}", ""}, Millis(2'500), true})},
      {"plan_workload", plan_with(analysis::WorkloadProvider{analysis::WorkloadCount::flaps})},
      {"plan_job", plan_with(analysis::JobProvider{"jobs/check.yaml", Millis(90'000)})},
      {"plan_logs", plan_with(analysis::LogsProvider{{"ERROR", "panic: "}})},
  };
}

}  // namespace depops::test
