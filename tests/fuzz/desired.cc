#include "depops/v1/desired.pb.h"
#include "shared/evidence/evidence.h"
#include "shared/rollout/approver.h"
#include "shared/statement/statement.h"
#include "shared/trust/verify_desired.h"
#include "shared/wire/documents.h"
#include "shared/wire/intake.h"
#include "shared/wire/seal.h"
#include "tests/fuzz/people.h"
#include "tests/fuzz/target.h"

// Desired states, with the hub's key stolen: each is signed well. What begins must have been approved by two people.
namespace depops::fuzz {
namespace {

constexpr Instant kNow(Millis(1'700'300'000'000));

sync::Desired sample() {
  static const sync::Desired it =
      wire::decode_desired(files("tests/contract/wire_v1", "desired", ".bin")[0].bytes).value();
  return it;
}

trust::Subject subject_of(const sync::Target& target) {
  return {target.plan.target.artifact, target.plan_digest, target.service, target.plan.target.label,
          target.plan.environment};
}

std::string approval(std::uint8_t number, const char* person, const sync::Target& target) {
  trust::Statement told;
  told.subject = subject_of(target);
  told.person = trust::Person(person);
  told.reason = "seen";
  told.not_before = kNow - Millis(1'000);
  told.not_after = kNow + Millis(1'000);
  return statement::sign(told, key(number));
}

// The only plan that both alice and bob approved.
sync::Desired approved() {
  sync::Desired desired = sample();
  desired.trust_version = {};
  for (sync::Target& target : desired.targets) {
    target.approvals = {approval(kAlice, "alice", target), approval(kBob, "bob", target)};
  }
  return desired;
}

// Another plan, which only alice approved; bob's word is about the first one.
sync::Desired half_approved() {
  sync::Desired desired = sample();
  for (sync::Target& target : desired.targets) {
    const std::string word = approval(kBob, "bob", target);
    target.plan.target.settings["COLOUR"] = "green";
    target.plan_bytes = wire::encode_plan(target.plan);
    target.plan_digest = signing::digest_of(target.plan_bytes);
    target.approvals = {approval(kAlice, "alice", target), word, "{}"};
  }
  return desired;
}

// A site for which everything but the approvals is in order.
trust::Here here_for(const sync::Desired& desired) {
  trust::Here here;
  here.site = desired.site;
  here.site_epoch = desired.site_epoch;
  here.environment = desired.targets.empty() ? EnvironmentName("production") : desired.targets[0].plan.environment;
  here.floors.generation = Generation(desired.generation.value() > 0 ? desired.generation.value() - 1 : 0);
  here.floors.hub_epoch = desired.hub_epoch;
  here.floors.accepted = {desired.base};
  here.now = kNow;
  return here;
}

bool obeyed(trust::Presented presented, const sync::Desired& desired, bool by_hub) {
  trust::TrustRoot root = company(1);
  if (desired.trust_version.value() != 0) root.version = desired.trust_version;
  presented.document.signatures.clear();
  if (by_hub) presented.document.signatures = {signature(kHub, presented.document)};
  const auto judgement = trust::verify_desired(root, presented, here_for(desired), wire::holds);
  return std::holds_alternative<trust::Accepted>(judgement);
}

// What nobody signed is refused; what the hub signed begins only the plan that two people approved.
bool judge_gate(const sync::Desired& desired) {
  static const Digest allowed = sample().targets.at(0).plan_digest;
  const std::string frame = wire::seal(wire::encode_desired(desired), {});
  const auto brought = evidence::read(frame, desired);
  if (!brought.ok()) return false;
  const trust::Presented& presented = brought.value().presented;
  DEPOPS_CHECK(presented.wishes.size() == desired.targets.size());
  DEPOPS_CHECK(!obeyed(presented, desired, false));
  if (!obeyed(presented, desired, true)) return false;
  for (const sync::Target& target : desired.targets) DEPOPS_CHECK(target.plan_digest == allowed);
  return true;
}

bool judge_bytes(std::string_view bytes) {
  const auto desired = wire::decode_desired(bytes);
  if (!desired.ok()) return false;
  comes_back(desired.value(), wire::encode_desired, wire::decode_desired);
  judge_gate(desired.value());
  return true;
}

// A digest that fits is nothing a search can find: it is put there as the thief of the hub's key would.
bool judge_with_digests(std::string_view bytes) {
  v1::Desired message;
  if (!wire::parse(bytes, message) || message.targets_size() == 0) return false;
  for (v1::Target& target : *message.mutable_targets()) {
    target.set_plan_digest(signing::digest_of(target.plan()).str());
  }
  return judge_bytes(wire::serialized(message));
}

bool judge_plan(std::string_view bytes) {
  const auto plan = wire::decode_plan(bytes);
  if (plan.ok()) comes_back(plan.value(), wire::encode_plan, wire::decode_plan);
  return plan.ok();
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool plan = judge_plan(bytes);
  const bool desired = judge_bytes(bytes);
  return judge_with_digests(bytes) || desired || plan;
}

std::vector<Seed> seeds() {
  DEPOPS_CHECK(judge_gate(approved()));
  DEPOPS_CHECK(!judge_gate(half_approved()));
  std::vector<Seed> all = files("tests/contract/wire_v1", "desired", ".bin");
  for (Seed& plan : files("tests/contract/wire_v1", "plan_", ".bin")) all.push_back(std::move(plan));
  all.push_back({"approved", wire::encode_desired(approved())});
  all.push_back({"half_approved", wire::encode_desired(half_approved())});
  return all;
}

}  // namespace depops::fuzz
