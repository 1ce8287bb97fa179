#include "depops/v1/record.pb.h"
#include "shared/wire/convert.h"
#include "shared/wire/documents.h"
#include "shared/wire/gates.h"
#include "shared/wire/record_marks.h"
#include "shared/wire/state_rows.h"

namespace depops::wire {
namespace {

using rollout::Phase;

constexpr std::size_t kHistoryMax = 16;
constexpr std::size_t kMarksMax = 16;
constexpr std::size_t kSeenMax = 256;
constexpr int kRemovalsMax = 256;

constexpr EnumRow<Phase, v1::Phase> kPhaseRows[] = {
    {Phase::idle, v1::PHASE_IDLE},         {Phase::preflight, v1::PHASE_PREFLIGHT},
    {Phase::scaling, v1::PHASE_SCALING},   {Phase::weighing, v1::PHASE_WEIGHING},
    {Phase::holding, v1::PHASE_HOLDING},   {Phase::analyzing, v1::PHASE_ANALYZING},
    {Phase::rolling, v1::PHASE_ROLLING},   {Phase::promoting, v1::PHASE_PROMOTING},
    {Phase::draining, v1::PHASE_DRAINING}, {Phase::aborting, v1::PHASE_ABORTING},
    {Phase::baking, v1::PHASE_BAKING},     {Phase::routing, v1::PHASE_ROUTING},
    {Phase::hooking, v1::PHASE_HOOKING},
};
static_assert(std::size(kPhaseRows) == rollout::kPhases);

void put_identity(const rollout::Record& record, v1::Record& out) {
  out.set_service(record.service.str());
  if (record.stable) put(*record.stable, *out.mutable_stable());
  for (const rollout::Snapshot& snapshot : record.history) put(*snapshot, *out.add_history());
  out.set_rollout(record.rollout.str());
  out.set_deployment(record.deployment.str());
  out.set_epoch(record.epoch.value());
  out.set_refused_epoch(record.refused_epoch.value());
  out.set_plan_digest(record.plan_digest.str());
  if (record.plan) put(*record.plan, *out.mutable_plan());
  out.set_attempt(record.attempt);
  out.set_strategy_skipped(record.strategy_skipped);
}

void put_marks(const rollout::Record& record, v1::Record& out) {
  put(record.weight, *out.mutable_weight());
  for (const rollout::PauseMark& mark : record.pauses) put(mark, *out.add_pauses());
  if (record.abort) {
    auto* abort = out.mutable_abort();
    abort->set_reason(clipped(record.abort->reason));
    abort->set_by(record.abort->by.str());
    abort->set_by_person(record.abort->by_person);
    abort->set_urgent(record.abort->urgent);
    put(record.abort->at, *abort->mutable_at());
  }
  if (record.analysis) put(*record.analysis, *out.mutable_analysis());
  for (const rollout::Intent& intent : record.intents) put(intent, *out.add_intents());
  put(record.progress.at, *out.mutable_progress()->mutable_at());
  out.mutable_progress()->set_target_available(record.progress.target_available);
  out.mutable_progress()->set_stable_available(record.progress.stable_available);
  if (record.drift.last) put(*record.drift.last, *out.mutable_drift()->mutable_last());
  out.mutable_drift()->set_standing(record.drift.standing);
  for (const rollout::SeenCommand& command : *record.commands) {
    auto* row = out.add_commands();
    row->set_id(command.id.str());
    row->set_accepted(command.accepted);
    row->set_answer(clipped(command.answer));
  }
}

void put_next(const rollout::Submission& next, v1::Submission& out) {
  out.set_rollout(next.rollout.str());
  out.set_deployment(next.deployment.str());
  out.set_epoch(next.epoch.value());
  out.set_plan_digest(next.plan_digest.str());
  put(*next.plan, *out.mutable_plan());
  out.set_by(next.by.str());
}

void put_warm(const rollout::WarmMark& warm, v1::WarmMark& out) {
  put(*warm.snapshot, *out.mutable_snapshot());
  out.set_replicas(warm.replicas);
  put(warm.since, *out.mutable_since());
  out.set_keep_ms(warm.keep.count());
}

rollout::WarmMark get_warm(const v1::WarmMark& message, Intake& in) {
  return {std::make_shared<const rollout::VersionSnapshot>(get(message.snapshot(), in)), message.replicas(),
          get(message.since(), in), in.duration(message.keep_ms(), "warm.keep")};
}

void put_size(const rollout::SizeMark& size, v1::SizeMark& out) {
  if (size.replicas) out.set_replicas(*size.replicas);
  out.set_stable_only(size.stable_only);
  out.set_ordered(size.ordered);
  out.set_stable_whole(size.stable_whole);
  out.set_target_before(size.target_before);
  out.set_carried(size.carried);
}

rollout::SizeMark get_size(const v1::SizeMark& message, Intake& in) {
  rollout::SizeMark size;
  if (message.has_replicas()) size.replicas = in.number32(message.replicas(), "size.replicas", kReplicasMax);
  size.stable_only = message.stable_only();
  size.ordered = message.ordered();
  size.stable_whole = message.stable_whole();
  size.target_before = message.target_before();
  size.carried = message.carried();
  return size;
}

rollout::Submission get_next(const v1::Submission& message, Intake& in) {
  rollout::Submission next;
  next.rollout = in.id<RolloutId>(message.rollout(), "next.rollout");
  next.deployment = in.optional_id<DeploymentId>(message.deployment(), "next.deployment");
  next.epoch = Generation(in.number(message.epoch(), "next.epoch"));
  if (!message.plan_digest().empty()) next.plan_digest = in.digest(message.plan_digest(), "next.plan_digest");
  next.plan = std::make_shared<const rollout::Plan>(get(message.plan(), in));
  next.by = in.id<Actor>(message.by(), "next.by");
  return next;
}

void put_position(const rollout::Record& record, v1::Record& out) {
  out.set_state(to_wire(kStateRows<v1::State>, record.state));
  out.set_phase(to_wire(kPhaseRows, record.phase));
  put(record.entered, *out.mutable_entered());
  out.set_step(record.step);
  out.set_target_replicas(record.target_replicas);
  out.set_stable_replicas(record.stable_replicas);
  out.set_last_intent(record.last_intent);
  out.set_order(record.order);
  out.set_degraded(clipped(record.degraded));
  out.set_actor(record.actor.str());
  out.set_reason(clipped(record.reason));
  if (record.exposed_at) out.set_exposed_at_ms(ms_of(*record.exposed_at));
  if (record.detected_at) out.set_detected_at_ms(ms_of(*record.detected_at));
  if (record.safe_at) out.set_safe_at_ms(ms_of(*record.safe_at));
}

rollout::Snapshot shared_snapshot(const v1::VersionSnapshot& message, Intake& in) {
  return std::make_shared<const rollout::VersionSnapshot>(get(message, in));
}

void get_identity(const v1::Record& message, rollout::Record& record, Intake& in) {
  record.service = in.name<ServiceName>(message.service(), "service");
  if (message.has_stable()) record.stable = shared_snapshot(message.stable(), in);
  in.count(message.history_size(), "history", kHistoryMax);
  for (const auto& snapshot : message.history()) record.history.push_back(shared_snapshot(snapshot, in));
  record.rollout = in.optional_id<RolloutId>(message.rollout(), "rollout");
  record.deployment = in.optional_id<DeploymentId>(message.deployment(), "deployment");
  record.epoch = Generation(in.number(message.epoch(), "epoch"));
  record.refused_epoch = Generation(in.number(message.refused_epoch(), "refused_epoch"));
  if (!message.plan_digest().empty()) record.plan_digest = in.digest(message.plan_digest(), "plan_digest");
  if (message.has_plan()) record.plan = std::make_shared<const rollout::Plan>(get(message.plan(), in));
  record.attempt = message.attempt();
  record.strategy_skipped = message.strategy_skipped();
}

void get_marks(const v1::Record& message, rollout::Record& record, Intake& in) {
  record.weight = get(message.weight(), in);
  in.count(message.pauses_size(), "pauses", kMarksMax);
  for (const auto& mark : message.pauses()) record.pauses.push_back(get(mark, in));
  if (message.has_abort()) {
    const auto& abort = message.abort();
    record.abort = rollout::AbortMark{in.text(abort.reason(), "abort.reason"), in.optional_id<Actor>(abort.by(), "by"),
                                      abort.by_person(), abort.urgent(), get(abort.at(), in)};
  }
  if (message.has_analysis()) record.analysis = get(message.analysis(), in);
  in.count(message.intents_size(), "intents", kMarksMax);
  for (const auto& intent : message.intents()) record.intents.push_back(get(intent, in));
  record.progress = {get(message.progress().at(), in), message.progress().target_available(),
                     message.progress().stable_available()};
  if (message.drift().has_last()) record.drift.last = get(message.drift().last(), in);
  record.drift.standing = message.drift().standing();
  in.count(message.commands_size(), "commands", kSeenMax);
  std::vector<rollout::SeenCommand> seen;
  for (const auto& row : message.commands()) {
    seen.push_back(
        {in.id<CommandId>(row.id(), "commands.id"), row.accepted(), in.text(row.answer(), "commands.answer")});
  }
  record.commands = std::move(seen);
}

void get_position(const v1::Record& message, rollout::Record& record, Intake& in) {
  record.state = from_wire(kStateRows<v1::State>, message.state(), in, "state");
  record.phase = from_wire(kPhaseRows, message.phase(), in, "phase");
  record.entered = get(message.entered(), in);
  record.step = message.step();
  record.target_replicas = message.target_replicas();
  record.stable_replicas = message.stable_replicas();
  record.last_intent = in.number(message.last_intent(), "last_intent");
  record.order = in.number(message.order(), "order");
  record.degraded = in.text(message.degraded(), "degraded");
  record.actor = in.optional_id<Actor>(message.actor(), "actor");
  record.reason = in.text(message.reason(), "reason");
  if (message.has_exposed_at_ms()) record.exposed_at = in.instant(message.exposed_at_ms(), "exposed_at");
  if (message.has_detected_at_ms()) record.detected_at = in.instant(message.detected_at_ms(), "detected_at");
  if (message.has_safe_at_ms()) record.safe_at = in.instant(message.safe_at_ms(), "safe_at");
}

}  // namespace

void put(const rollout::Record& record, v1::Record& out) {
  put_identity(record, out);
  put_position(record, out);
  put_marks(record, out);
  if (record.next) put_next(*record.next, *out.mutable_next());
  if (record.background) put(*record.background, *out.mutable_background());
  if (record.warm) put_warm(*record.warm, *out.mutable_warm());
  out.set_forgiven_restarts(record.forgiven_restarts);
  if (!(record.routes == rollout::RouteMark{})) put(record.routes, *out.mutable_routes());
  for (const std::string& life : record.removals) out.add_removals(clipped(life));
  if (record.size) put_size(*record.size, *out.mutable_size());
  put_gates(record, out);
}

rollout::Record get(const v1::Record& message, Intake& in) {
  rollout::Record record;
  get_identity(message, record, in);
  get_position(message, record, in);
  get_marks(message, record, in);
  if (message.has_next()) record.next = get_next(message.next(), in);
  if (message.has_background()) record.background = get(message.background(), in);
  if (message.has_warm()) record.warm = get_warm(message.warm(), in);
  record.forgiven_restarts = message.forgiven_restarts();
  if (message.has_routes()) record.routes = get(message.routes(), in);
  in.count(message.removals_size(), "removals", kRemovalsMax);
  for (const auto& life : message.removals()) record.removals.push_back(in.text(life, "removals"));
  if (message.has_size()) record.size = get_size(message.size(), in);
  get_gates(message, record, in);
  return record;
}

std::string encode_record(const rollout::Record& record) {
  v1::Record out;
  put(record, out);
  return serialized(out);
}

Result<rollout::Record> decode_record(std::string_view bytes) {
  v1::Record message;
  if (!parse(bytes, message)) return malformed("record");
  Intake in;
  rollout::Record record = get(message, in);
  if (!in.ok()) return in.error().in("record of " + clipped(message.service(), kIdMax));
  return record;
}

}  // namespace depops::wire
