#include "depops/v1/plan.pb.h"
#include "shared/wire/metric_rows.h"
#include "shared/wire/metrics.h"

// Values that earlier programs did not know are left out where they say nothing new: what was encoded before encodes to
// the same bytes.
namespace depops::wire {
namespace {

struct ProviderWriter {
  v1::Metric& out;
  void operator()(const analysis::HaproxyProvider&) const { out.mutable_haproxy(); }
  void operator()(const analysis::ScrapeProvider& scrape) const {
    auto* message = out.mutable_scrape();
    message->set_path(scrape.path);
    message->set_requests(scrape.requests);
    message->set_errors(scrape.errors);
    message->set_value(scrape.value);
    message->set_histogram(scrape.histogram);
  }
  void operator()(const analysis::PrometheusProvider& prometheus) const {
    auto* message = out.mutable_prometheus();
    message->set_url(prometheus.url);
    message->set_query(prometheus.query);
    message->set_requests(prometheus.requests);
    message->set_errors(prometheus.errors);
    message->set_stale_after_ms(prometheus.stale_after.count());
    message->set_histogram(prometheus.histogram);
  }
  void operator()(const analysis::HttpProvider& http) const {
    auto* message = out.mutable_http();
    message->set_url(http.url);
    message->set_value(http.value);
    message->set_requests(http.requests);
    message->set_errors(http.errors);
  }
  void operator()(const analysis::CommandProvider& command) const {
    auto* message = out.mutable_command();
    message->set_program(command.program);
    for (const std::string& argument : command.arguments) message->add_arguments(argument);
    message->set_timeout_ms(command.timeout.count());
    message->set_number(command.number);
  }
  void operator()(const analysis::WorkloadProvider& workload) const {
    out.mutable_workload()->set_count(to_wire(kCountRows<v1::WorkloadProvider::Count>, workload.count));
  }
  void operator()(const analysis::LogsProvider& logs) const {
    for (const std::string& text : logs.any_of) out.mutable_logs()->add_any_of(text);
  }
  void operator()(const analysis::JobProvider& job) const {
    out.mutable_job()->set_manifest(job.manifest);
    out.mutable_job()->set_timeout_ms(job.timeout.count());
  }
};

template <typename Test, typename Message>
void put_restarts(const Test& test, Message& out) {
  const analysis::ErrorsTest defaults;
  if (test.restarts == defaults.restarts && test.every == defaults.every) return;
  out.mutable_restarts()->set_copies(test.restarts);
  out.mutable_restarts()->set_every(test.every);
}

void put_proof(const analysis::ProofRule& rule, v1::ErrorsTest& out) {
  if (rule == analysis::ProofRule{}) return;
  out.mutable_proof()->set_margin(rule.margin);
  out.mutable_proof()->set_required(rule.required);
  if (rule.early_after) out.mutable_proof()->set_early_after_ms(rule.early_after->count());
}

struct TestWriter {
  v1::Metric& out;
  void operator()(const analysis::ErrorsTest& errors) const {
    auto* message = out.mutable_errors();
    message->set_alpha(errors.alpha);
    message->set_tolerated_ratio(errors.tolerated_ratio);
    message->set_dispersion(errors.dispersion == 1 ? 0 : errors.dispersion);
    message->set_dispersion_measured(errors.dispersion == 0);
    put_restarts(errors, *message);
    put_proof(errors.proof, *message);
  }
  void operator()(const analysis::Conditions& conditions) const {
    out.mutable_conditions()->set_success_when(conditions.success_when);
    out.mutable_conditions()->set_fail_when(conditions.fail_when);
  }
  void operator()(const analysis::LatencyTest& latency) const {
    auto* message = out.mutable_latency();
    message->set_alpha(latency.alpha);
    message->set_tolerated_ratio(latency.tolerated_ratio);
    message->set_dispersion(latency.dispersion);
    put_restarts(latency, *message);
  }
  void operator()(const analysis::GaugeTest& gauge) const {
    out.mutable_gauge()->set_alpha(gauge.alpha);
    out.mutable_gauge()->set_tolerated_ratio(gauge.tolerated_ratio);
    out.mutable_gauge()->set_lower_is_worse(gauge.lower_is_worse);
  }
  void operator()(const analysis::MannWhitneyTest& test) const {
    auto* message = out.mutable_mann_whitney();
    message->set_samples(test.samples);
    message->set_direction(to_wire(kDirectionRows<v1::MannWhitneyTest::Direction>, test.settings.direction));
    message->set_effect(to_wire(kEffectRows<v1::MannWhitneyTest::Effect>, test.settings.effect));
    message->set_tolerance(test.settings.tolerance);
    message->set_confidence(test.settings.confidence);
    message->set_allowed_increase(test.settings.allowed.increase);
    message->set_allowed_decrease(test.settings.allowed.decrease);
    message->set_remove_outliers(test.settings.remove_outliers);
  }
  void operator()(const analysis::BurnTest& burn) const {
    auto* message = out.mutable_burn();
    message->set_objective(burn.settings.objective);
    message->set_limit(burn.settings.limit);
    message->set_long_window_ms(burn.settings.long_window.count());
    message->set_short_window_ms(burn.settings.short_window.count());
    message->set_spend_limit(burn.settings.spend_limit);
  }
};

}  // namespace

void put(const analysis::MetricSpec& metric, v1::Metric& out) {
  out.set_name(metric.name.str());
  std::visit(ProviderWriter{out}, metric.provider);
  std::visit(TestWriter{out}, metric.test);
  out.set_interval_ms(metric.interval.count());
  out.set_initial_delay_ms(metric.initial_delay.count());
  out.set_failure_limit(metric.limits.failure_limit);
  out.set_consecutive_error_limit(metric.limits.consecutive_error_limit);
  out.set_inconclusive_limit(metric.limits.inconclusive_limit);
  out.set_no_data_limit(metric.limits.no_data_limit);
  out.set_min_requests(metric.limits.min_requests);
  out.set_dry_run(metric.dry_run);
  out.set_min_success(metric.limits.min_success == 1 ? 0 : metric.limits.min_success);
  out.set_consecutive_success_limit(metric.limits.consecutive_success_limit);
  out.set_count(metric.limits.count);
  out.set_retention(metric.retention);
  out.set_no_data(to_wire(kNoDataRows<v1::Metric::NoData>, metric.limits.no_data));
}

}  // namespace depops::wire
