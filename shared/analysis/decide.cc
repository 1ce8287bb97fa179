#include <algorithm>
#include <utility>

#include "shared/analysis/run.h"
#include "shared/analysis/sentence.h"

// From the counts of a run to its verdict.
namespace depops::analysis {
namespace {

Decision by(Outcome outcome, const MetricSpec& metric, const std::string& reason) {
  return {outcome, metric.name, "metric " + metric.name.str() + ": " + reason};
}

// "1 failed window", "3 failed windows"
std::string windows(std::uint64_t count, const char* adjective = "") {
  return std::to_string(count) + " " + adjective + (count == 1 ? "window" : "windows");
}

std::optional<Decision> over_limit(const MetricState& state, const MetricSpec& metric) {
  const auto passed = [&](Outcome outcome, std::uint32_t seen, std::uint32_t limit, const char* adjective,
                          const char* what) -> std::optional<Decision> {
    if (seen <= limit || limit == kNoLimit) return std::nullopt;
    return by(outcome, metric, windows(seen, adjective) + what + ", at most " + std::to_string(limit) + " allowed");
  };
  const Limits& limits = metric.limits;
  if (auto fail = passed(Outcome::fail, state.failures, limits.failure_limit, "failed ", "")) return fail;
  if (auto error = passed(Outcome::error, state.errors_in_a_row, limits.consecutive_error_limit, "",
                          " in a row could not be measured")) {
    return error;
  }
  if (auto unclear =
          passed(Outcome::inconclusive, state.inconclusives, limits.inconclusive_limit, "inconclusive ", "")) {
    return unclear;
  }
  if (limits.no_data == NoDataPolicy::pass) return std::nullopt;
  const Outcome silent = limits.no_data == NoDataPolicy::fail ? Outcome::fail : Outcome::no_data;
  return passed(silent, state.no_data_in_a_row, limits.no_data_limit, "", " in a row had no data");
}

bool nothing_measured(const MetricState& state) {
  return state.passes + state.failures + state.inconclusives + state.errors_in_a_row == 0 &&
         state.measured == Millis(0);
}

// At the end of a run in which the metric measured nothing at all, and its template says what that means.
std::optional<Decision> by_policy(const MetricState& state, const MetricSpec& metric) {
  const NoDataPolicy policy = metric.limits.no_data;
  if (policy == NoDataPolicy::inconclusive || !nothing_measured(state)) return std::nullopt;
  const bool fails = policy == NoDataPolicy::fail;
  return by(fails ? Outcome::fail : Outcome::pass, metric,
            std::string("nothing was measured, and noData is ") + (fails ? "fail" : "pass"));
}

bool enough_in_a_row(const MetricState& state, const Limits& limits) {
  return limits.consecutive_success_limit > 0 && state.passes_in_a_row >= limits.consecutive_success_limit;
}

bool all_counted(const MetricState& state, const Limits& limits) {
  return limits.count > 0 && state.passes + state.failures + state.inconclusives >= limits.count;
}

// The number of windows is used up and the successes in a row did not come. Where failures never decide by themselves,
// that is the failure.
std::optional<Decision> used_up(const MetricState& state, const MetricSpec& metric) {
  const Limits& limits = metric.limits;
  if (limits.consecutive_success_limit == 0 || !all_counted(state, limits)) return std::nullopt;
  const Outcome outcome = limits.failure_limit == kNoLimit ? Outcome::fail : Outcome::inconclusive;
  return by(outcome, metric,
            windows(state.passes_in_a_row) + " passed in a row after all " + std::to_string(limits.count) + ", " +
                std::to_string(limits.consecutive_success_limit) + " needed");
}

// What the metric says against the run by itself; nothing: not yet, or nothing at all.
std::optional<Decision> objection(const MetricState& state, const MetricSpec& metric) {
  if (auto over = over_limit(state, metric)) return over;
  if (enough_in_a_row(state, metric.limits)) return std::nullopt;
  return used_up(state, metric);
}

const ProofRule* proof_of(const MetricSpec& metric) {
  const auto* errors = std::get_if<ErrorsTest>(&metric.test);
  return errors == nullptr ? nullptr : &errors->proof;
}

// Every required metric must reach it, so alpha is not split.
double proof_limit(const MetricSpec& metric) { return 1 / std::get<ErrorsTest>(metric.test).alpha; }

bool proven(const MetricState& state, const MetricSpec& metric) {
  return proof_of(metric) != nullptr && state.proof.evidence_max >= proof_limit(metric);
}

bool proven_early(const MetricState& state, const MetricSpec& metric) {
  const ProofRule* rule = proof_of(metric);
  return rule != nullptr && rule->early_after && state.measured >= *rule->early_after && proven(state, metric);
}

// The one look was taken. Pre: the metric looks once.
bool looked(const MetricState& state, const MannWhitneyTest& test) {
  const auto* samples = std::get_if<SamplesState>(&state.other);
  return samples != nullptr && samples->canary.size() >= test.samples;
}

bool done(const MetricState& state, const MetricSpec& metric) {
  if (const auto* once = std::get_if<MannWhitneyTest>(&metric.test)) return looked(state, *once);
  return enough_in_a_row(state, metric.limits) || all_counted(state, metric.limits) || proven_early(state, metric);
}

std::string proof_text(const MetricState& state, const MetricSpec& metric) {
  return "evidence " + short_number(state.proof.evidence_max) + " : 1 that the canary's error rate is below " +
         short_number(proof_of(metric)->margin) + "x, " + short_number(proof_limit(metric)) + " : 1 needed";
}

std::optional<Decision> short_of(const MetricState& state, const MetricSpec& metric) {
  const Limits& limits = metric.limits;
  if (const auto* once = std::get_if<MannWhitneyTest>(&metric.test); once != nullptr && !looked(state, *once)) {
    const auto* samples = std::get_if<SamplesState>(&state.other);
    const std::size_t taken = samples == nullptr ? 0 : samples->canary.size();
    return by(Outcome::no_data, metric,
              std::to_string(taken) + " of " + std::to_string(once->samples) + " samples taken");
  }
  if (state.passes == 0) return by(Outcome::no_data, metric, "no window passed");
  if (state.passes < limits.min_success) {
    return by(Outcome::no_data, metric,
              windows(state.passes) + " passed, minSuccess is " + std::to_string(limits.min_success));
  }
  if (state.canary_requests >= limits.min_requests) return std::nullopt;
  return by(Outcome::no_data, metric,
            "the canary had " + std::to_string(state.canary_requests) + " requests, minRequests is " +
                std::to_string(limits.min_requests));
}

Decision conclude_one(const MetricState& state, const MetricSpec& metric) {
  if (auto against = objection(state, metric)) return *against;
  if (auto silent = by_policy(state, metric)) return *silent;
  if (auto missing = short_of(state, metric)) return *missing;
  const ProofRule* rule = proof_of(metric);
  if (rule != nullptr && rule->required && !proven(state, metric)) {
    return by(Outcome::inconclusive, metric, "not proven: " + proof_text(state, metric));
  }
  if (rule != nullptr && proven(state, metric)) {
    return by(Outcome::pass, metric, windows(state.passes) + " passed, " + proof_text(state, metric));
  }
  return by(Outcome::pass, metric, windows(state.passes) + " passed");
}

// The worst of what the metrics that can fail the run say; nothing if there is none.
template <typename Say>
std::optional<Decision> worst_of(const RunState& run, const AnalysisSpec& spec, const Say& say) {
  std::optional<Decision> worst;
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if (spec.metrics[i].dry_run) continue;
    std::optional<Decision> one = say(run.metrics[i], spec.metrics[i]);
    if (one && (!worst || precedence(one->outcome) > precedence(worst->outcome))) worst = std::move(one);
  }
  return worst;
}

// Every metric that can fail the run is so; false if none can.
template <typename Predicate>
bool all_are(const RunState& run, const AnalysisSpec& spec, const Predicate& predicate) {
  bool any = false;
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if (spec.metrics[i].dry_run) continue;
    if (!predicate(run.metrics[i], spec.metrics[i])) return false;
    any = true;
  }
  return any;
}

}  // namespace

bool finished(const MetricState& state, const MetricSpec& metric) {
  if (std::holds_alternative<MannWhitneyTest>(metric.test)) return done(state, metric);
  return all_counted(state, metric.limits) || enough_in_a_row(state, metric.limits);
}

std::optional<Decision> decided(const RunState& run, const AnalysisSpec& spec) {
  if (auto against = worst_of(run, spec, objection)) return against;
  if (!all_are(run, spec, done)) return std::nullopt;
  Decision end = conclude(run, spec);
  if (end.outcome == Outcome::pass || all_are(run, spec, finished)) return end;
  return std::nullopt;  // what is missing, more time can bring
}

bool was_judged(const MetricState& state) {
  return state.passes + state.failures + state.inconclusives + state.errors_in_a_row + state.no_data_in_a_row > 0;
}

bool was_judged(const RunState& run, const AnalysisSpec& spec) {
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if (!was_judged(run.metrics[i]) && !spec.metrics[i].dry_run) return false;
  }
  return true;
}

bool has_passed(const RunState& run, const AnalysisSpec& spec) {
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    const bool silent = spec.metrics[i].limits.no_data == NoDataPolicy::pass && nothing_measured(run.metrics[i]);
    if (run.metrics[i].passes == 0 && !silent && !spec.metrics[i].dry_run) return false;
  }
  return true;
}

Decision conclude(const RunState& run, const AnalysisSpec& spec) {
  const Decision every{Outcome::pass, {}, "every metric passed"};
  const auto worst = worst_of(run, spec, [](const MetricState& state, const MetricSpec& metric) {
    return std::optional<Decision>(conclude_one(state, metric));
  });
  return worst && worst->outcome != Outcome::pass ? *worst : every;
}

Decision terminate(const RunState& run, const AnalysisSpec& spec) {
  if (auto against = worst_of(run, spec, objection)) return *against;
  return {Outcome::terminated, {}, "stopped before it could decide"};
}

}  // namespace depops::analysis
