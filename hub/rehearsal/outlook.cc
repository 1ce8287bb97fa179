#include "hub/rehearsal/outlook.h"

#include <algorithm>
#include <cmath>

#include "shared/analysis/sentence.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::rehearsal {
namespace {

std::uint64_t requests_needed(const rollout::Analysis& analysis) {
  std::uint64_t most = 0;
  for (const analysis::MetricSpec& metric : analysis.spec.metrics) {
    if (!metric.dry_run) most = std::max(most, metric.limits.min_requests);
  }
  return most;
}

double seconds(Millis duration) { return static_cast<double>(duration.count()) / 1'000; }

// What a pass needs whatever the test is: enough requests to the canary.
std::string too_few(const analysis::MetricSpec& metric, const Rung& rung, const Traffic& traffic) {
  const double rate = traffic.requests * rung.weight / 100;
  const double expected = rate * seconds(rung.at_least);
  const auto needed = static_cast<double>(metric.limits.min_requests);
  if (expected >= needed) return {};
  const std::string text = "about " + analysis::short_number(std::floor(expected)) + " of the " +
                           std::to_string(metric.limits.min_requests) + " requests that a pass needs";
  if (rate <= 0) return text;
  const Millis enough{static_cast<std::int64_t>(std::ceil(1'000 * needed / rate))};
  return text + ": it would end inconclusive; take " + analysis::duration_text(enough);
}

Outlook outlook_of(const analysis::MetricSpec& metric, const Rung& rung, const Traffic& traffic) {
  Outlook outlook{metric.name, true, std::nullopt, too_few(metric, rung, traffic)};
  outlook.decides = outlook.sentence.empty();
  const bool errors = std::holds_alternative<analysis::ErrorsTest>(metric.test);
  const bool compared = rung.weight > 0 && rung.weight < 100;
  if (errors && compared) {
    const double weight = rung.weight;
    outlook.forecast =
        analysis::forecast_of({traffic.error_rate, traffic.ratio, traffic.requests, weight}, rung.at_least);
    outlook.decides = outlook.decides && outlook.forecast->decides;
    outlook.sentence = outlook.forecast->sentence + (outlook.sentence.empty() ? "" : "; ") + outlook.sentence;
  } else if (errors) {
    outlook.decides = false;
    outlook.sentence = "no request goes to the stable version: there is nothing to compare the errors with" +
                       std::string(outlook.sentence.empty() ? "" : "; ") + outlook.sentence;
  } else if (outlook.sentence.empty()) {
    outlook.sentence = "requests are enough; how soon this test decides is not forecast";
  }
  return outlook;
}

}  // namespace

std::string pass_rule(const rollout::Analysis& analysis) {
  const std::uint64_t needed = requests_needed(analysis);
  return manifest::write_duration(analysis.duration) + " without a failure" +
         (needed > 0 ? ", and " + std::to_string(needed) + " requests to the target" : "");
}

void look_out(Ladder& ladder, const rollout::Plan& plan, const Traffic& traffic) {
  const auto* canary = std::get_if<rollout::Canary>(&plan.strategy);
  if (canary == nullptr) return;
  for (Rung& rung : ladder.rungs) {
    if (!rung.step || *rung.step >= canary->steps.size()) continue;
    const auto* analysis = std::get_if<rollout::Analysis>(&canary->steps[*rung.step]);
    if (analysis == nullptr) continue;
    for (const analysis::MetricSpec& metric : analysis->spec.metrics) {
      if (!metric.dry_run) rung.outlooks.push_back(outlook_of(metric, rung, traffic));
    }
  }
}

}  // namespace depops::hub::rehearsal
