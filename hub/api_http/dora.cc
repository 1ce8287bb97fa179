#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"
#include "hub/dora/metrics.h"

namespace depops::hub::api_http {
namespace {

constexpr auto kDefaultPeriod = std::chrono::hours(90 * 24);

void add_ms(json::Value& to, const char* name, const std::optional<Millis>& duration) {
  if (duration) to.add(name, std::int64_t{duration->count()});
}

json::Value frequency_view(const dora::Frequency& frequency) {
  json::Value out;
  out.add("count", frequency.deployments).add("days", frequency.days).add("perDay", frequency.per_day);
  add_ms(out, "medianGapMs", frequency.median_gap);
  return out;
}

json::Value lead_time_view(const dora::LeadTime& lead) {
  json::Value out;
  out.add("n", lead.n).add("definition", "first_commit");
  add_ms(out, "p50Ms", lead.p50);
  add_ms(out, "p90Ms", lead.p90);
  return out.add("negative", lead.negative);
}

json::Value fail_rate_view(const dora::FailRate& rate) {
  json::Value out;
  out.add("failed", rate.failed).add("caughtInCanary", rate.caught_in_canary).add("deployments", rate.exposed);
  if (rate.rate) out.add("rate", *rate.rate);
  if (rate.interval) out.add("low", rate.interval->low).add("high", rate.interval->high);
  return out;
}

json::Value recovery_view(const dora::Recovery& recovery) {
  json::Value out;
  out.add("n", recovery.n).add("open", recovery.open);
  add_ms(out, "p50Ms", recovery.p50);
  add_ms(out, "p90Ms", recovery.p90);
  add_ms(out, "oldestOpenMs", recovery.oldest_open);
  return out;
}

Result<Instant> time_parameter(const Request& request, const char* name, Instant otherwise) {
  const std::string& text = request.parameter(name);
  if (text.empty()) return otherwise;
  const auto at = time_of(text);
  if (!at) return Error{Errc::invalid, std::string(name) + " must be a time like 2026-11-23T12:00:00Z"};
  return *at;
}

Result<dora::Period> period_of(const Request& request, Instant now) {
  DEPOPS_TRY(const Instant to, time_parameter(request, "to", now));
  DEPOPS_TRY(const Instant from, time_parameter(request, "from", to - kDefaultPeriod));
  if (from >= to) return Error{Errc::invalid, "from must be before to"};
  return dora::Period{from, to};
}

}  // namespace

Response get_dora(const Request& request, const Backend& backend) {
  const Instant now = backend.clock.now().wall;
  const auto period = period_of(request, now);
  if (!period) return problem_of(period.error());
  const DoraFilter filter{ServiceName(request.parameter("service")), EnvironmentName(request.parameter("environment")),
                          period.value().to};
  dora::Collector collector(period.value(), now);
  const auto read = backend.history.for_dora(filter, [&](const dora::Row& row) { collector.add(row); });
  if (!read) return problem_of(read.error());
  const dora::Metrics metrics = collector.finish().all;
  json::Value out;
  add_text(out, "service", filter.service.str());
  add_text(out, "environment", filter.environment.str());
  out.add("from", time_text(period.value().from)).add("to", time_text(period.value().to));
  out.add("deploymentFrequency", frequency_view(metrics.frequency)).add("leadTime", lead_time_view(metrics.lead_time));
  out.add("changeFailRate", fail_rate_view(metrics.fail_rate)).add("recoveryTime", recovery_view(metrics.recovery));
  return json_response(200, out);
}

}  // namespace depops::hub::api_http
