#include "depops/v1/plan.pb.h"
#include "shared/wire/metric_rows.h"
#include "shared/wire/metrics.h"

namespace depops::wire {
namespace {

constexpr std::uint32_t kEveryMax = 1'000;

analysis::ScrapeProvider get_scrape(const v1::ScrapeProvider& message, Intake& in) {
  return {in.text(message.path(), "scrape.path"), in.text(message.requests(), "scrape.requests"),
          in.text(message.errors(), "scrape.errors"), in.text(message.value(), "scrape.value"),
          in.text(message.histogram(), "scrape.histogram")};
}

analysis::PrometheusProvider get_prometheus(const v1::PrometheusProvider& message, Intake& in) {
  analysis::PrometheusProvider provider{in.text(message.url(), "prometheus.url"),
                                        in.text(message.query(), "prometheus.query", kValueMax),
                                        in.text(message.requests(), "prometheus.requests", kValueMax),
                                        in.text(message.errors(), "prometheus.errors", kValueMax),
                                        in.duration(message.stale_after_ms(), "prometheus.stale_after"),
                                        in.text(message.histogram(), "prometheus.histogram", kValueMax)};
  in.require(provider.stale_after.count() > 0, "prometheus.stale_after", "is 0");
  return provider;
}

analysis::HttpProvider get_http(const v1::HttpProvider& message, Intake& in) {
  return {in.text(message.url(), "http.url"), in.text(message.value(), "http.value"),
          in.text(message.requests(), "http.requests"), in.text(message.errors(), "http.errors")};
}

analysis::CommandProvider get_command(const v1::CommandProvider& message, Intake& in) {
  analysis::CommandProvider provider;
  provider.program = in.needed(message.program(), "command.program", kTextMax);
  in.require(!provider.program.empty() && provider.program.front() == '/', "command.program", "is no absolute path");
  in.count(message.arguments_size(), "command.arguments", kArgumentsMax);
  for (const std::string& argument : message.arguments()) {
    provider.arguments.push_back(in.text(argument, "command.arguments", kValueMax));
  }
  provider.timeout = in.duration(message.timeout_ms(), "command.timeout");
  provider.number = message.number();
  return provider;
}

analysis::LogsProvider get_logs(const v1::LogsProvider& message, Intake& in) {
  in.require(message.any_of_size() > 0, "logs.any_of", "is empty");
  in.count(message.any_of_size(), "logs.any_of", kArgumentsMax);
  analysis::LogsProvider provider;
  for (const std::string& text : message.any_of()) provider.any_of.push_back(in.needed(text, "logs.any_of", kTextMax));
  return provider;
}

analysis::JobProvider get_job(const v1::JobProvider& message, Intake& in) {
  const Millis timeout = in.duration(message.timeout_ms(), "job.timeout");
  in.require(timeout.count() > 0, "job.timeout", "is 0");
  return {in.needed(message.manifest(), "job.manifest"), timeout};
}

analysis::Provider get_provider(const v1::Metric& message, Intake& in) {
  switch (message.provider_case()) {
    case v1::Metric::kHaproxy:
      return analysis::HaproxyProvider{};
    case v1::Metric::kScrape:
      return get_scrape(message.scrape(), in);
    case v1::Metric::kPrometheus:
      return get_prometheus(message.prometheus(), in);
    case v1::Metric::kHttp:
      return get_http(message.http(), in);
    case v1::Metric::kCommand:
      return get_command(message.command(), in);
    case v1::Metric::kWorkload:
      return analysis::WorkloadProvider{
          from_wire(kCountRows<v1::WorkloadProvider::Count>, message.workload().count(), in, "workload.count")};
    case v1::Metric::kLogs:
      return get_logs(message.logs(), in);
    case v1::Metric::kJob:
      return get_job(message.job(), in);
    case v1::Metric::PROVIDER_NOT_SET:
      break;
  }
  in.fail(Errc::unsupported, "metric: the provider is missing or not known here; upgrade this side");
  return analysis::HaproxyProvider{};
}

double within(double value, double least, double most, const char* field, const char* what, Intake& in) {
  in.require(value >= least && value <= most, field, what);
  return value;
}

double get_alpha(double alpha, const char* field, Intake& in) {
  in.require(alpha > 0 && alpha <= 0.5, field, "is not in (0, 0.5]");
  return alpha;
}

double get_ratio(double ratio, const char* field, Intake& in) {
  return within(ratio, 1, 100, field, "is not from 1 to 100", in);
}

double get_dispersion(double dispersion, Intake& in) {
  if (dispersion == 0) return 1;
  return within(dispersion, 1, analysis::kDispersionMax, "dispersion", "is not from 1 to 50", in);
}

template <typename Message, typename Test>
void get_restarts(const Message& message, Test& test, Intake& in) {
  if (!message.has_restarts()) return;
  test.restarts = in.number32(message.restarts().copies(), "restarts.copies", analysis::kRestartsMax);
  test.every = in.number32(message.restarts().every(), "restarts.every", kEveryMax);
  in.require(test.restarts > 0 && test.every > 0, "restarts", "are 0");
}

analysis::ErrorsTest get_errors(const v1::ErrorsTest& message, Intake& in) {
  analysis::ErrorsTest test;
  test.alpha = get_alpha(message.alpha(), "errors.alpha", in);
  test.tolerated_ratio = get_ratio(message.tolerated_ratio(), "errors.tolerated_ratio", in);
  test.dispersion = message.dispersion_measured() ? 0 : get_dispersion(message.dispersion(), in);
  get_restarts(message, test, in);
  if (!message.has_proof()) return test;
  test.proof.margin =
      within(message.proof().margin(), analysis::kMarginMin, 100, "proof.margin", "is not from 1.25 to 100", in);
  test.proof.required = message.proof().required();
  if (message.proof().has_early_after_ms()) {
    test.proof.early_after = in.duration(message.proof().early_after_ms(), "proof.early_after");
  }
  return test;
}

analysis::LatencyTest get_latency(const v1::LatencyTest& message, Intake& in) {
  analysis::LatencyTest test;
  test.alpha = get_alpha(message.alpha(), "latency.alpha", in);
  test.tolerated_ratio = get_ratio(message.tolerated_ratio(), "latency.tolerated_ratio", in);
  test.dispersion = get_dispersion(message.dispersion(), in);
  get_restarts(message, test, in);
  return test;
}

analysis::GaugeTest get_gauge(const v1::GaugeTest& message, Intake& in) {
  return {get_alpha(message.alpha(), "gauge.alpha", in),
          get_ratio(message.tolerated_ratio(), "gauge.tolerated_ratio", in), message.lower_is_worse()};
}

analysis::MannWhitneyTest get_mann_whitney(const v1::MannWhitneyTest& message, Intake& in) {
  analysis::MannWhitneyTest test;
  test.samples = in.number32(message.samples(), "mann_whitney.samples", kSamplesMax);
  in.require(test.samples >= 5, "mann_whitney.samples", "are fewer than 5");
  test.settings.direction =
      from_wire(kDirectionRows<v1::MannWhitneyTest::Direction>, message.direction(), in, "mann_whitney.direction");
  test.settings.effect =
      from_wire(kEffectRows<v1::MannWhitneyTest::Effect>, message.effect(), in, "mann_whitney.effect");
  test.settings.tolerance = within(message.tolerance(), 0, 10, "mann_whitney.tolerance", "is not from 0 to 10", in);
  test.settings.confidence =
      within(message.confidence(), 0.5, 0.9999, "mann_whitney.confidence", "is not from 0.5 to 0.9999", in);
  test.settings.allowed = {in.real(message.allowed_decrease(), "mann_whitney.allowed_decrease"),
                           in.real(message.allowed_increase(), "mann_whitney.allowed_increase")};
  test.settings.remove_outliers = message.remove_outliers();
  return test;
}

analysis::BurnTest get_burn(const v1::BurnTest& message, Intake& in) {
  analysis::BurnSettings settings;
  settings.objective = message.objective();
  in.require(settings.objective > 0 && settings.objective < 1, "burn.objective", "is not between 0 and 1");
  settings.limit = within(message.limit(), 0.1, 1e6, "burn.limit", "is not from 0.1 to 1000000", in);
  settings.long_window = in.duration(message.long_window_ms(), "burn.long_window");
  settings.short_window = in.duration(message.short_window_ms(), "burn.short_window");
  in.require(settings.short_window.count() > 0 && settings.short_window <= settings.long_window, "burn.short_window",
             "is 0 or longer than the long one");
  settings.spend_limit = within(message.spend_limit(), 0, 1, "burn.spend_limit", "is not from 0 to 1", in);
  return {settings};
}

analysis::Test get_test(const v1::Metric& message, Intake& in) {
  switch (message.test_case()) {
    case v1::Metric::kErrors:
      return get_errors(message.errors(), in);
    case v1::Metric::kConditions:
      return analysis::Conditions{in.text(message.conditions().success_when(), "success_when"),
                                  in.text(message.conditions().fail_when(), "fail_when")};
    case v1::Metric::kLatency:
      return get_latency(message.latency(), in);
    case v1::Metric::kGauge:
      return get_gauge(message.gauge(), in);
    case v1::Metric::kMannWhitney:
      return get_mann_whitney(message.mann_whitney(), in);
    case v1::Metric::kBurn:
      return get_burn(message.burn(), in);
    case v1::Metric::TEST_NOT_SET:
      break;
  }
  in.fail(Errc::unsupported, "metric: the test is missing or not known here; upgrade this side");
  return analysis::Conditions{};
}

}  // namespace

analysis::MetricSpec get(const v1::Metric& message, Intake& in) {
  analysis::MetricSpec metric;
  metric.name = in.name<MetricName>(message.name(), "metric.name");
  metric.provider = get_provider(message, in);
  metric.test = get_test(message, in);
  metric.interval = in.duration(message.interval_ms(), "metric.interval");
  in.require(metric.interval.count() > 0, "metric.interval", "is 0");
  metric.initial_delay = in.duration(message.initial_delay_ms(), "metric.initial_delay");
  metric.limits.failure_limit = message.failure_limit();
  metric.limits.consecutive_error_limit = message.consecutive_error_limit();
  metric.limits.inconclusive_limit = message.inconclusive_limit();
  metric.limits.no_data_limit = message.no_data_limit();
  metric.limits.min_requests = in.number(message.min_requests(), "metric.min_requests");
  if (message.min_success() > 0) metric.limits.min_success = message.min_success();
  metric.limits.consecutive_success_limit = message.consecutive_success_limit();
  metric.limits.count = message.count();
  metric.limits.no_data = from_wire(kNoDataRows<v1::Metric::NoData>, message.no_data(), in, "metric.no_data");
  metric.dry_run = message.dry_run();
  metric.retention = message.retention();
  return metric;
}

}  // namespace depops::wire
