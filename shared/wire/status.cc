#include "depops/v1/report.pb.h"
#include "shared/wire/convert.h"
#include "shared/wire/state_rows.h"

namespace depops::wire {
namespace {

constexpr std::uint32_t kVerifiedMax = 3;
constexpr std::size_t kPausesMax = 16;
constexpr std::size_t kApprovalsMax = 64;

rollout::SetStatus get_set(const v1::SetStatus& message, Intake& in) {
  rollout::SetStatus set;
  set.set = in.id<SetId>(message.set(), "sets.set");
  set.label = in.optional_label(message.label(), "sets.label");
  set.desired = message.desired();
  set.ready = message.ready();
  set.available = message.available();
  set.weight = in.number32(message.weight(), "sets.weight", 100);
  set.verified_level =
      static_cast<std::uint8_t>(in.number32(message.verified_level(), "sets.verified_level", kVerifiedMax));
  set.declared = message.declared();
  return set;
}

void put_set(const rollout::SetStatus& set, v1::SetStatus& out) {
  out.set_set(set.set.str());
  out.set_label(set.label.str());
  out.set_desired(set.desired);
  out.set_ready(set.ready);
  out.set_available(set.available);
  out.set_weight(set.weight);
  out.set_verified_level(set.verified_level);
  out.set_declared(set.declared);
}

}  // namespace

void put(const rollout::RolloutStatus& status, v1::RolloutStatus& out) {
  out.set_rollout(status.rollout.str());
  out.set_deployment(status.deployment.str());
  out.set_service(status.service.str());
  out.set_epoch(status.epoch.value());
  out.set_state(to_wire(kStateRows<v1::State>, status.state));
  out.set_phase(status.phase);
  out.set_step(status.step);
  out.set_steps(status.steps);
  out.set_attempt(status.attempt);
  out.set_strategy_skipped(status.strategy_skipped);
  for (const rollout::SetStatus& set : status.sets) put_set(set, *out.add_sets());
  for (const std::string& pause : status.pauses) out.add_pauses(clipped(pause));
  for (const std::string& route : status.routes) out.add_routes(clipped(route));
  out.set_reason(clipped(status.reason));
  out.set_actor(status.actor.str());
  if (status.exposed_at) out.set_exposed_at_ms(ms_of(*status.exposed_at));
  if (status.detected_at) out.set_detected_at_ms(ms_of(*status.detected_at));
  if (status.safe_at) out.set_safe_at_ms(ms_of(*status.safe_at));
  if (status.size) out.set_size(*status.size);
  out.set_approvals_needed(status.approvals_needed);
  for (const std::string& actor : status.approved_by) out.add_approved_by(clipped(actor, kIdMax));
}

rollout::RolloutStatus get(const v1::RolloutStatus& message, Intake& in) {
  rollout::RolloutStatus status;
  status.rollout = in.id<RolloutId>(message.rollout(), "rollout");
  status.deployment = in.optional_id<DeploymentId>(message.deployment(), "deployment");
  status.service = in.name<ServiceName>(message.service(), "service");
  status.epoch = Generation(in.number(message.epoch(), "epoch"));
  status.state = from_wire(kStateRows<v1::State>, message.state(), in, "state");
  status.phase = in.text(message.phase(), "phase", kIdMax);
  status.step = message.step();
  status.steps = message.steps();
  status.attempt = message.attempt();
  status.strategy_skipped = message.strategy_skipped();
  in.count(message.sets_size(), "sets", kSetsMax);
  in.count(message.pauses_size(), "pauses", kPausesMax);
  in.count(message.routes_size(), "routes", rollout::kMaxForcedRoutes);
  if (!in.ok()) return status;
  for (const auto& set : message.sets()) status.sets.push_back(get_set(set, in));
  for (const std::string& pause : message.pauses()) status.pauses.push_back(in.text(pause, "pauses"));
  for (const std::string& route : message.routes()) status.routes.push_back(in.text(route, "routes"));
  status.reason = in.text(message.reason(), "reason");
  status.actor = in.optional_id<Actor>(message.actor(), "actor");
  if (message.has_exposed_at_ms()) status.exposed_at = in.instant(message.exposed_at_ms(), "exposed_at");
  if (message.has_detected_at_ms()) status.detected_at = in.instant(message.detected_at_ms(), "detected_at");
  if (message.has_safe_at_ms()) status.safe_at = in.instant(message.safe_at_ms(), "safe_at");
  if (message.has_size()) status.size = in.number32(message.size(), "size", kReplicasMax);
  status.approvals_needed = message.approvals_needed();
  in.count(message.approved_by_size(), "approved_by", kApprovalsMax);
  for (const std::string& actor : message.approved_by())
    status.approved_by.push_back(in.text(actor, "approved_by", kIdMax));
  return status;
}

void put(const analysis::Measurement& measurement, v1::Measurement& out) {
  out.set_metric(measurement.metric.str());
  out.set_outcome(to_wire(kOutcomeRows<v1::Outcome>, measurement.outcome));
  out.set_from_ms(ms_of(measurement.window.from));
  out.set_to_ms(ms_of(measurement.window.to));
  out.mutable_canary()->set_requests(measurement.window.canary.requests);
  out.mutable_canary()->set_errors(measurement.window.canary.errors);
  out.mutable_stable()->set_requests(measurement.window.stable.requests);
  out.mutable_stable()->set_errors(measurement.window.stable.errors);
  out.set_value(measurement.value);
  out.set_limit(measurement.limit);
  out.set_sentence(clipped(measurement.sentence));
}

analysis::Measurement get(const v1::Measurement& message, Intake& in) {
  analysis::Measurement measurement;
  measurement.metric = in.name<MetricName>(message.metric(), "metric");
  measurement.outcome = from_wire(kOutcomeRows<v1::Outcome>, message.outcome(), in, "outcome");
  measurement.window.from = in.instant(message.from_ms(), "from");
  measurement.window.to = in.instant(message.to_ms(), "to");
  measurement.window.canary = {message.canary().requests(), message.canary().errors()};
  measurement.window.stable = {message.stable().requests(), message.stable().errors()};
  measurement.value = in.real(message.value(), "value");
  measurement.limit = in.real(message.limit(), "limit");
  measurement.sentence = in.text(message.sentence(), "sentence");
  return measurement;
}

}  // namespace depops::wire
