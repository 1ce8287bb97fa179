#include "hub/rehearsal/stage.h"

#include "shared/rollout/desired.h"

namespace depops::hub::rehearsal {
namespace {

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2001} / 1 / 1}};
constexpr Generation kBefore{1};
constexpr Generation kNew{2};

rollout::Record record_before(const Script& script) {
  rollout::Record record;
  record.service = script.plan->service;
  record.epoch = kBefore;
  record.stable = script.stable;
  if (!script.stable) return record;
  record.state = rollout::State::completed;
  record.stable_replicas = script.stable->workload.replicas;
  return record;
}

}  // namespace

Stage::Stage(const Script& script, std::uint64_t seed)
    : script_(script),
      record_(std::make_shared<rollout::Record>(record_before(script))),
      world_(script.scenario, script.plan->target.set, script.stable ? script.stable->set : SetId(), seed) {
  world_.begin(rollout::desired_of(*record_), time_);
}

Moment Stage::now() const { return {kStart + time_, time_, BootId("rehearsal")}; }

Instant Stage::start() { return kStart; }

rollout::Decision Stage::decide(const rollout::Event& event) {
  view_ = world_.view(*record_, now());
  rollout::Decision decision = rollout::step(record_, event, view_, watch_, now());
  if (!decision.next) return decision;
  record_ = decision.next;
  world_.order(rollout::desired_of(*record_), time_);
  return decision;
}

rollout::Decision Stage::submit() {
  rollout::Submit submit;
  submit.rollout = RolloutId("rehearsal");
  submit.deployment = DeploymentId("rehearsal");
  submit.epoch = kNew;
  submit.plan_digest = Digest("rehearsal");
  submit.plan = script_.plan;
  submit.by = Actor("a person");
  return decide(submit);
}

rollout::Decision Stage::ask(const CommandId& id, rollout::Verb verb, const Actor& by, const std::string& reason,
                             std::optional<std::uint32_t> replicas) {
  rollout::Command command;
  command.id = id;
  command.verb = verb;
  command.actor = by;
  command.reason = reason;
  command.given_at = now().wall;
  command.replicas = replicas;
  return decide(command);
}

rollout::Decision Stage::observe() { return decide(rollout::Observed{}); }

void Stage::advance() {
  time_ += kTick;
  world_.advance(time_, kTick);
}

}  // namespace depops::hub::rehearsal
