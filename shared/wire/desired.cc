#include <algorithm>

#include "depops/v1/desired.pb.h"
#include "depops/v1/plan.pb.h"
#include "shared/signing/signing.h"
#include "shared/trust/approval.h"
#include "shared/wire/convert.h"
#include "shared/wire/documents.h"

namespace depops::wire {
namespace {

// What a site must not leave out: an agent that knows no companions would run a part of the version.
constexpr const char* kCompanions = "companions";
constexpr const char* kRebase = "rebase";

constexpr EnumRow<rollout::Verb, v1::Verb> kVerbRows[] = {
    {rollout::Verb::pause, v1::VERB_PAUSE},     {rollout::Verb::resume, v1::VERB_RESUME},
    {rollout::Verb::advance, v1::VERB_ADVANCE}, {rollout::Verb::advance_full, v1::VERB_ADVANCE_FULL},
    {rollout::Verb::skip, v1::VERB_SKIP},       {rollout::Verb::abort, v1::VERB_ABORT},
    {rollout::Verb::retry, v1::VERB_RETRY},     {rollout::Verb::scale, v1::VERB_SCALE},
    {rollout::Verb::retry, v1::VERB_RETRY},     {rollout::Verb::approve, v1::VERB_APPROVE},
    {rollout::Verb::reject, v1::VERB_REJECT},
};

void put_target(const sync::Target& target, v1::Target& out) {
  out.set_service(target.service.str());
  out.set_rollout(target.rollout.str());
  out.set_deployment(target.deployment.str());
  out.set_epoch(target.epoch.value());
  out.set_plan_digest(target.plan_digest.str());
  out.set_plan(target.plan_bytes);
  for (const rollout::Command& command : target.commands) put(command, *out.add_commands());
  out.set_supersede(target.supersede);
  for (const std::string& approval : target.approvals) out.add_approvals(approval);
}

void get_plan_of(sync::Target& target, Intake& in) {
  in.require(signing::digest_of(target.plan_bytes) == target.plan_digest, "plan_digest",
             "is not the digest of the plan's bytes");
  auto plan = decode_plan(target.plan_bytes);
  if (!plan) {
    in.fail(plan.error().code, plan.error().what);
    return;
  }
  target.plan = std::move(plan).value();
  in.require(target.plan.service == target.service, "service", "differs from the service of its plan");
}

sync::Target get_target(const v1::Target& message, Intake& in) {
  sync::Target target;
  target.service = in.name<ServiceName>(message.service(), "service");
  target.rollout = in.id<RolloutId>(message.rollout(), "rollout");
  target.deployment = in.id<DeploymentId>(message.deployment(), "deployment");
  target.epoch = Generation(in.number(message.epoch(), "epoch"));
  target.plan_digest = in.digest(message.plan_digest(), "plan_digest");
  target.plan_bytes = message.plan();
  in.count(message.commands_size(), "commands", kCommandsMax);
  in.count(message.approvals_size(), "approvals", trust::kApprovalsMax);
  target.supersede = message.supersede();
  target.approvals.assign(message.approvals().begin(), message.approvals().end());
  if (!in.ok()) return target;
  for (const auto& command : message.commands()) target.commands.push_back(get(command, in));
  get_plan_of(target, in);
  return target;
}

void get_targets(const v1::Desired& message, sync::Desired& desired, Intake& in) {
  in.count(message.targets_size(), "targets", kTargetsMax);
  for (const auto& target : message.targets()) {
    if (!in.ok()) return;
    desired.targets.push_back(get_target(target, in));
    for (std::size_t i = 0; i + 1 < desired.targets.size(); ++i) {
      in.require(desired.targets[i].service != desired.targets.back().service, "targets", "name a service twice");
    }
  }
}

void put_trust(const sync::Desired& desired, v1::Desired& out) {
  out.set_base_digest(desired.base.str());
  out.set_trust_version(desired.trust_version.value());
  for (const std::string& root : desired.trust_roots) out.add_trust_roots(root);
  out.set_tlog_proof(desired.log_proof);
  if (desired.rebase) out.add_critical(kRebase);
}

void get_trust(const v1::Desired& message, sync::Desired& desired, Intake& in) {
  if (!message.base_digest().empty()) desired.base = in.digest(message.base_digest(), "base_digest");
  desired.trust_version = trust::TrustVersion(in.number(message.trust_version(), "trust_version"));
  in.count(message.trust_roots_size(), "trust_roots", kTrustRootsMax);
  if (in.ok()) desired.trust_roots.assign(message.trust_roots().begin(), message.trust_roots().end());
  desired.log_proof = in.text(message.tlog_proof(), "tlog_proof", kValueMax);
  desired.rebase = std::ranges::find(message.critical(), kRebase) != message.critical().end();
}

}  // namespace

void put(const rollout::Command& command, v1::Command& out) {
  out.set_id(command.id.str());
  out.set_verb(to_wire(kVerbRows, command.verb));
  out.set_actor(command.actor.str());
  out.set_reason(clipped(command.reason, kCommandReasonMax));
  if (command.expected_step) out.set_expected_step(*command.expected_step);
  out.set_given_at_ms(ms_of(command.given_at));
  if (command.replicas) out.set_replicas(*command.replicas);
}

rollout::Command get(const v1::Command& message, Intake& in) {
  rollout::Command command;
  command.id = in.id<CommandId>(message.id(), "command.id");
  command.verb = from_wire(kVerbRows, message.verb(), in, "command.verb");
  command.actor = in.id<Actor>(message.actor(), "command.actor");
  command.reason = in.text(message.reason(), "command.reason", kCommandReasonMax);
  if (message.has_expected_step()) command.expected_step = message.expected_step();
  command.given_at = in.instant(message.given_at_ms(), "command.given_at");
  if (message.has_replicas()) command.replicas = in.number32(message.replicas(), "command.replicas", kReplicasMax);
  return command;
}

std::string encode_desired(const sync::Desired& desired) {
  v1::Desired out;
  out.set_site(desired.site.str());
  out.set_site_epoch(desired.site_epoch.value());
  out.set_generation(desired.generation.value());
  out.set_hub_epoch(desired.hub_epoch.value());
  out.set_issued_ms(ms_of(desired.issued));
  out.set_not_after_ms(ms_of(desired.not_after));
  for (const sync::Target& target : desired.targets) put_target(target, *out.add_targets());
  put_trust(desired, out);
  const auto has_some = [](const sync::Target& target) { return !target.plan.target.companions.empty(); };
  if (std::ranges::any_of(desired.targets, has_some)) out.add_critical(kCompanions);
  return serialized(out);
}

Result<sync::Desired> decode_desired(std::string_view bytes) {
  v1::Desired message;
  if (bytes.size() > kDesiredMax) return Error{Errc::invalid, "desired state: has more than 900 KiB"};
  if (!parse(bytes, message)) return malformed("desired state");
  Intake in;
  for (const std::string& feature : message.critical()) {
    if (feature == kCompanions || feature == kRebase) continue;
    in.fail(Errc::unsupported,
            "critical feature \"" + clipped(feature, kIdMax) + "\" is not known here; upgrade this agent");
  }
  sync::Desired desired;
  desired.site = in.name<SiteName>(message.site(), "site");
  desired.site_epoch = SiteEpoch(in.number(message.site_epoch(), "site_epoch"));
  desired.generation = Generation(in.number(message.generation(), "generation"));
  desired.hub_epoch = HubEpoch(in.number(message.hub_epoch(), "hub_epoch"));
  desired.issued = in.instant(message.issued_ms(), "issued");
  desired.not_after = in.instant(message.not_after_ms(), "not_after");
  get_targets(message, desired, in);
  get_trust(message, desired, in);
  if (!in.ok()) return in.error().in("desired state");
  return desired;
}

std::string encode_plan(const rollout::Plan& plan) {
  v1::Plan out;
  put(plan, out);
  return serialized(out);
}

Result<rollout::Plan> decode_plan(std::string_view bytes) {
  v1::Plan message;
  if (bytes.size() > kPlanMax) return Error{Errc::invalid, "plan: has more than 256 KiB"};
  if (!parse(bytes, message)) return malformed("plan");
  Intake in;
  rollout::Plan plan = get(message, in);
  if (!in.ok()) return in.error().in("plan");
  return plan;
}

}  // namespace depops::wire
