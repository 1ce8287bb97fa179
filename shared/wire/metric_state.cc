#include "depops/v1/record.pb.h"
#include "shared/wire/metrics.h"

namespace depops::wire {
namespace {

constexpr std::size_t kCopiesMax = 64;
constexpr std::size_t kRatios = analysis::kRatioGrid.size();

struct OtherWriter {
  v1::MetricState& out;
  void operator()(const std::monostate&) const {}
  void operator()(const analysis::LatencyState& state) const {
    auto* message = out.mutable_latency();
    message->set_windows(state.windows);
    message->mutable_bounds()->Add(state.bounds.begin(), state.bounds.end());
    for (const analysis::GridLog& log : state.logs) message->mutable_log_ratios()->Add(log.begin(), log.end());
    message->set_evidence(state.evidence);
    message->set_evidence_max(state.evidence_max);
  }
  void operator()(const analysis::GaugeState& state) const {
    auto* message = out.mutable_gauge();
    message->set_windows(state.windows);
    message->set_mean(state.mean);
    message->set_squares(state.squares);
    message->set_canary_mean(state.canary_mean);
    message->set_stable_mean(state.stable_mean);
    message->set_evidence(state.evidence);
    message->set_evidence_max(state.evidence_max);
  }
  void operator()(const analysis::SamplesState& state) const {
    auto* message = out.mutable_samples();
    message->mutable_canary()->Add(state.canary.begin(), state.canary.end());
    message->mutable_stable()->Add(state.stable.begin(), state.stable.end());
  }
  void operator()(const analysis::BurnState& state) const {
    auto* message = out.mutable_burn();
    message->set_spent(state.spent);
    for (const analysis::BurnSlice& slice : state.slices) {
      auto* row = message->add_slices();
      row->set_from_ms(ms_of(slice.from));
      row->set_to_ms(ms_of(slice.to));
      row->set_requests(slice.canary.requests);
      row->set_errors(slice.canary.errors);
    }
  }
};

// Numbers whose count must be `expected`.
template <typename Numbers, typename Field>
void get_all(const Field& field, Numbers& numbers, const char* name, Intake& in) {
  const bool fits = static_cast<std::size_t>(field.size()) == numbers.size();
  in.require(fits, name, "have another number of values");
  for (int i = 0; fits && i < field.size(); ++i) numbers[static_cast<std::size_t>(i)] = in.real(field.Get(i), name);
}

template <typename Field>
std::vector<double> get_up_to(const Field& field, std::size_t max, const char* name, Intake& in) {
  in.count(field.size(), name, max);
  std::vector<double> numbers;
  for (const double number : field) numbers.push_back(in.real(number, name));
  return numbers;
}

analysis::LatencyState get_latency(const v1::LatencyState& message, Intake& in) {
  analysis::LatencyState state;
  state.windows = message.windows();
  state.bounds = get_up_to(message.bounds(), analysis::kBoundsMax, "latency.bounds", in);
  const std::size_t most = state.bounds.size() * analysis::kRestartsMax * kRatios;
  const std::vector<double> flat = get_up_to(message.log_ratios(), most, "latency.log_ratios", in);
  const std::size_t per_copy = state.bounds.size() * kRatios;
  const bool whole = per_copy == 0 ? flat.empty() : flat.size() % per_copy == 0;
  in.require(whole, "latency.log_ratios", "do not fill whole copies");
  state.logs.resize(whole ? flat.size() / kRatios : 0);
  for (std::size_t i = 0; i < state.logs.size() * kRatios; ++i) state.logs[i / kRatios][i % kRatios] = flat[i];
  state.evidence = in.real(message.evidence(), "latency.evidence");
  state.evidence_max = in.real(message.evidence_max(), "latency.evidence_max");
  return state;
}

analysis::GaugeState get_gauge(const v1::GaugeState& message, Intake& in) {
  return {message.windows(),
          in.real(message.mean(), "gauge.mean"),
          in.real(message.squares(), "gauge.squares"),
          in.real(message.canary_mean(), "gauge.canary_mean"),
          in.real(message.stable_mean(), "gauge.stable_mean"),
          in.real(message.evidence(), "gauge.evidence"),
          in.real(message.evidence_max(), "gauge.evidence_max")};
}

analysis::BurnState get_burn(const v1::BurnState& message, Intake& in) {
  analysis::BurnState state;
  state.spent = in.real(message.spent(), "burn.spent");
  in.count(message.slices_size(), "burn.slices", analysis::kSlicesMax);
  for (const auto& row : message.slices()) {
    state.slices.push_back(
        {in.instant(row.from_ms(), "burn.from"), in.instant(row.to_ms(), "burn.to"), {row.requests(), row.errors()}});
  }
  return state;
}

analysis::OtherState get_other(const v1::MetricState& message, Intake& in) {
  if (message.has_latency()) return get_latency(message.latency(), in);
  if (message.has_gauge()) return get_gauge(message.gauge(), in);
  if (message.has_burn()) return get_burn(message.burn(), in);
  if (!message.has_samples()) return {};
  analysis::SamplesState state{get_up_to(message.samples().canary(), kSamplesMax, "samples.canary", in),
                               get_up_to(message.samples().stable(), kSamplesMax, "samples.stable", in)};
  in.require(state.canary.size() == state.stable.size(), "samples", "are not in pairs");
  return state;
}

void put_sequential(const analysis::MetricState& state, v1::MetricState& out) {
  out.set_windows(state.sequential.windows);
  for (const analysis::GridLog& copy : state.sequential.copies) {
    out.add_copies()->mutable_log_ratios()->Add(copy.begin(), copy.end());
  }
  out.set_evidence(state.sequential.evidence);
  out.set_evidence_max(state.sequential.evidence_max);
  if (state.dispersion.windows > 0) {
    out.mutable_dispersion()->set_sum(state.dispersion.sum);
    out.mutable_dispersion()->set_windows(state.dispersion.windows);
  }
  if (state.proof == analysis::ProofState{}) return;
  out.mutable_proof()->mutable_log_ratios()->Add(state.proof.logs.begin(), state.proof.logs.end());
  out.mutable_proof()->set_evidence(state.proof.evidence);
  out.mutable_proof()->set_evidence_max(state.proof.evidence_max);
}

void get_sequential(const v1::MetricState& message, analysis::MetricState& state, Intake& in) {
  state.sequential.windows = message.windows();
  in.count(message.copies_size(), "copies", kCopiesMax);
  for (const auto& copy : message.copies()) {
    get_all(copy.log_ratios(), state.sequential.copies.emplace_back(), "copies.log_ratios", in);
  }
  state.sequential.evidence = in.real(message.evidence(), "evidence");
  state.sequential.evidence_max = in.real(message.evidence_max(), "evidence_max");
  state.dispersion = {in.real(message.dispersion().sum(), "dispersion.sum"), message.dispersion().windows()};
  if (!message.has_proof()) return;
  get_all(message.proof().log_ratios(), state.proof.logs, "proof.log_ratios", in);
  state.proof.evidence = in.real(message.proof().evidence(), "proof.evidence");
  state.proof.evidence_max = in.real(message.proof().evidence_max(), "proof.evidence_max");
}

}  // namespace

void put(const analysis::MetricState& state, v1::MetricState& out) {
  put_sequential(state, out);
  std::visit(OtherWriter{out}, state.other);
  out.set_canary_requests(state.canary_requests);
  out.set_measured_ms(state.measured.count());
  out.set_passes(state.passes);
  out.set_failures(state.failures);
  out.set_inconclusives(state.inconclusives);
  out.set_passes_in_a_row(state.passes_in_a_row);
  out.set_errors_in_a_row(state.errors_in_a_row);
  out.set_no_data_in_a_row(state.no_data_in_a_row);
}

analysis::MetricState get(const v1::MetricState& message, Intake& in) {
  analysis::MetricState state;
  get_sequential(message, state, in);
  state.other = get_other(message, in);
  state.canary_requests = message.canary_requests();
  state.measured = in.duration(message.measured_ms(), "measured");
  state.passes = message.passes();
  state.failures = message.failures();
  state.inconclusives = message.inconclusives();
  state.passes_in_a_row = message.passes_in_a_row();
  state.errors_in_a_row = message.errors_in_a_row();
  state.no_data_in_a_row = message.no_data_in_a_row();
  return state;
}

}  // namespace depops::wire
