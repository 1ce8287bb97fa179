#include <utility>

#include "shared/analysis/judge.h"
#include "shared/analysis/sentence.h"

// The tests of counts: errors, latency buckets, error budgets.
namespace depops::analysis {
namespace {

constexpr const char* kNoRequest = "no request reached the canary";

template <typename State>
State taken(OtherState& other) {
  auto* held = std::get_if<State>(&other);
  return held != nullptr ? std::move(*held) : State{};
}

double dispersion_for(const ErrorsTest& test, const DispersionState& measured) {
  return test.dispersion > 0 ? test.dispersion : dispersion_at_most(measured);
}

bool wants_proof(const ProofRule& rule) { return rule.required || rule.early_after.has_value(); }

}  // namespace

const Window& window_of(const Input& input) {
  return std::visit([](const auto& any) -> const Window& { return any.window; }, input);
}

TestResult without_data(MetricState state, std::string why) {
  return {std::move(state), Outcome::no_data, std::move(why)};
}

TestResult judge_errors(MetricState state, const Judging& judging, const ErrorsTest& test, const Input& input) {
  const auto* counted = std::get_if<CountedWindow>(&input);
  if (counted == nullptr) {
    return without_data(std::move(state), "the source gives no counts, and the errors test needs them");
  }
  if (counted->window.canary.requests == 0) return without_data(std::move(state), kNoRequest);
  if (counted->stable_parts && test.dispersion == 0) {
    state.dispersion = observe(state.dispersion, *counted->stable_parts);
  }
  const double dispersion = dispersion_for(test, state.dispersion);
  const SequentialSettings settings{test.tolerated_ratio, dispersion, test.restarts, test.every};
  state.sequential = observe(std::move(state.sequential), counted->window, settings);
  if (wants_proof(test.proof)) state.proof = observe(state.proof, counted->window, test.proof.margin, dispersion);
  const double limit = evidence_limit(judging.spec, test.alpha);
  const double evidence = state.sequential.evidence;
  return {std::move(state), evidence >= limit ? Outcome::fail : Outcome::pass,
          errors_sentence(counted->window, evidence, limit) + dispersion_text(dispersion), evidence, limit};
}

TestResult judge_latency(MetricState state, const Judging& judging, const LatencyTest& test, const Input& input) {
  const auto* counted = std::get_if<CountedHistogram>(&input);
  if (counted == nullptr) {
    return without_data(std::move(state), "the source gives no histogram, and the latency test needs one");
  }
  const HistogramWindow& histogram = counted->histogram;
  if (histogram.canary.requests == 0) return without_data(std::move(state), kNoRequest);
  const SequentialSettings settings{test.tolerated_ratio, test.dispersion, test.restarts, test.every};
  auto next = observe(taken<LatencyState>(state.other), histogram, settings);
  if (!next) return {std::move(state), Outcome::error, next.error().what};
  const double limit = evidence_limit(judging.spec, test.alpha);
  const double evidence = next->evidence;
  const std::size_t loudest = loudest_bound(*next);
  std::string sentence = latency_sentence(histogram, next->bounds[loudest], evidence, limit);
  state.other = std::move(*next);
  return {std::move(state), evidence >= limit ? Outcome::fail : Outcome::pass,
          std::move(sentence) + dispersion_text(test.dispersion), evidence, limit};
}

TestResult judge_burn(MetricState state, const BurnTest& test, const Input& input) {
  const auto* counted = std::get_if<CountedWindow>(&input);
  if (counted == nullptr) {
    return without_data(std::move(state), "the source gives no counts, and the burn rate needs them");
  }
  if (counted->window.canary.requests == 0) return without_data(std::move(state), kNoRequest);
  BurnState next = observe(taken<BurnState>(state.other), counted->window, test.settings);
  const Burn burn = burn_of(next, test.settings);
  state.other = std::move(next);
  return {std::move(state), burn.too_fast || burn.overspent ? Outcome::fail : Outcome::pass,
          burn_sentence(burn, test.settings), std::min(burn.fast, burn.slow), test.settings.limit};
}

}  // namespace depops::analysis
