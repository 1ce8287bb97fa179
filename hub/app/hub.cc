#include "hub/app/hub.h"

#include <algorithm>
#include <utility>

#include "hub/app/admission.h"
#include "hub/app/apply.h"
#include "hub/app/attestations.h"
#include "hub/app/certificates.h"
#include "hub/app/ingest.h"
#include "hub/app/join.h"
#include "hub/app/progress.h"
#include "hub/app/recovery.h"
#include "hub/app/registry.h"
#include "hub/app/retention.h"
#include "hub/app/scale.h"
#include "hub/app/session.h"
#include "hub/app/standing.h"
#include "hub/app/start.h"
#include "hub/app/verbs.h"

namespace depops::hub {
namespace {

constexpr auto kIdempotencyKept = std::chrono::hours(24);

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

// What would have to be signed, or would tell a site what it must not be asked to go below.
bool needs_signing(const Request& request) {
  return std::visit(
      [](const auto& one) {
        using T = std::decay_t<decltype(one)>;
        return std::is_same_v<T, StartDeployment> || std::is_same_v<T, Promote> || std::is_same_v<T, GiveVerb> ||
               std::is_same_v<T, Rollback> || std::is_same_v<T, Scale> || std::is_same_v<T, Attest> ||
               std::is_same_v<T, MakeJoinToken> || std::is_same_v<T, JoinSite>;
      },
      request);
}

Answer keep_log_head(Turn& turn, const KeepLogHead& signed_head) {
  turn.out.changes.log_head = signed_head.head;
  return made("audit-log");
}

Answer carry_out(Turn& turn, const ApiCommand& command) {
  const bool dry = command.dry_run;
  const Reasons held = held_by_recovery(turn.world);
  if (!held.empty() && needs_signing(command.request)) return refused(Errc::refused, sentence_of(held), held);
  const bool can_be_dry =
      std::holds_alternative<StartDeployment>(command.request) || std::holds_alternative<Promote>(command.request) ||
      std::holds_alternative<Rollback>(command.request) || std::holds_alternative<ApplyDocuments>(command.request);
  if (dry && !can_be_dry)
    return refused(Errc::invalid, "a dry run is there for apply, deploy, promote and rollback only");
  return std::visit(Overloaded{[&](const CreateEnvironment& one) { return create_environment(turn, one); },
                               [&](const CreateSite& one) { return create_site(turn, one); },
                               [&](const ArtifactStored& one) { return artifact_stored(turn, one); },
                               [&](const PublishVersion& one) { return publish_version(turn, one); },
                               [&](const ApplyDocuments& one) { return apply_documents(turn, one, dry); },
                               [&](const StartDeployment& one) { return start_deployment(turn, one, dry); },
                               [&](const Promote& one) { return promote(turn, one, dry); },
                               [&](const GiveVerb& one) { return give_verb(turn, one); },
                               [&](const Rollback& one) { return roll_back(turn, one, dry); },
                               [&](const Scale& one) { return scale(turn, one); },
                               [&](const Attest& one) { return attest(turn, one); },
                               [&](const TakeTrustRoot& one) { return take_trust_root(turn, one); },
                               [&](const MakeJoinToken& one) { return make_join_token(turn, one); },
                               [&](const JoinSite& one) { return join_site(turn, one); },
                               [&](const Recover& one) { return recover(turn, one); },
                               [&](const LiftSite& one) { return lift_site(turn, one); },
                               [&](const RenewSite& one) { return renew_site(turn, one); },
                               [&](const RevokeSite& one) { return revoke_site(turn, one); },
                               [&](const CordonSite& one) { return cordon_site(turn, one); },
                               [&](const NoteTakeOver&) { return note_take_over(turn); },
                               [&](const AdmitSite& one) { return admit_site(turn, one); },
                               [&](const KeepLogHead& one) { return keep_log_head(turn, one); }},
                    command.request);
}

void forget_old_keys(World& world, Instant now) {
  auto& age = world.idempotency_age;
  for (; !age.empty() && age.front().first + kIdempotencyKept < now; age.pop_front()) {
    const auto found = world.idempotency.find(age.front().second);
    if (found != world.idempotency.end() && found->second.at == age.front().first) world.idempotency.erase(found);
  }
}

// The same key again has the effect of once and the same answer.
std::optional<Answer> answered_before(Turn& turn, const std::string& key, const ApiCommand& command) {
  forget_old_keys(turn.world, turn.now.wall);
  const auto found = turn.world.idempotency.find(key);
  if (found == turn.world.idempotency.end()) return std::nullopt;
  if (found->second.request == command.request_digest) return found->second.answer;
  return refused(Errc::conflict, "this Idempotency-Key was used for another request; take a new key");
}

void on_command(Turn& turn, const ApiCommand& command) {
  turn.actor = command.actor;
  turn.cause = command.request_id;
  const bool keyed = !command.idempotency_key.empty() && !command.dry_run;
  const std::string key = command.actor.str() + "/" + command.idempotency_key;
  if (keyed) {
    if (auto before = answered_before(turn, key, command)) {
      turn.send(Reply{command.ticket, std::move(*before)});
      return;
    }
  }
  Answer answer = carry_out(turn, command);
  if (keyed && answer.ok) {
    const IdempotencyRow row{key, command.request_digest, turn.now.wall, answer};
    turn.out.changes.idempotency.push_back(row);
    turn.world.idempotency_age.emplace_back(row.at, key);
    turn.world.idempotency.insert_or_assign(key, row);
  }
  turn.send(Reply{command.ticket, std::move(answer)});
}

void touch_due(Turn& turn) {
  for (const DeploymentId& id : turn.world.under_way) {
    const auto& wake = turn.world.deployments.at(id).wake;
    if (wake && *wake <= turn.now.wall) turn.touch(id);
  }
}

// One that supersedes takes its sites before the other lets them go.
std::vector<DeploymentId> newest_first(const World& world, const std::set<DeploymentId>& touched) {
  std::vector<std::pair<std::uint64_t, DeploymentId>> rows;
  for (const DeploymentId& id : touched) {
    const auto found = world.deployments.find(id);
    if (found != world.deployments.end()) rows.emplace_back(found->second.deployment.number, id);
  }
  std::sort(rows.rbegin(), rows.rend());
  std::vector<DeploymentId> ids;
  for (auto& [number, id] : rows) ids.push_back(std::move(id));
  return ids;
}

// What follows from the step by itself: the hub is who does it, and what caused the step stays the cause.
void settle(Turn& turn) {
  turn.actor = Actor("hub");
  // A hub in recovery decides nothing: all that is under way is looked at when it goes on.
  for (auto touched = turn.take_touched(); !touched.empty() && !in_recovery(turn.world); touched = turn.take_touched())
    for (const DeploymentId& id : newest_first(turn.world, touched)) advance(turn, id);
  issue_documents(turn);
  turn.finish();
}

std::optional<Instant> earlier(const std::optional<Instant>& a, const std::optional<Instant>& b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}

// Commits make room without a step of their own.
constexpr Millis kRoomLooked{100};

std::optional<Instant> next_wake(const World& world, const Instant& now, std::optional<Instant> next) {
  if (world.credit.waits_for_room()) next = earlier(next, now + kRoomLooked);
  for (const DeploymentId& id : world.under_way) next = earlier(next, world.deployments.at(id).wake);
  return next;
}

}  // namespace

Hub::Hub(std::unique_ptr<World> world, Codec& codec) : world_(std::move(world)), codec_(&codec) {}
Hub::~Hub() = default;
Hub::Hub(Hub&&) noexcept = default;
Hub& Hub::operator=(Hub&&) noexcept = default;

Result<Hub> Hub::load(HubState state, Catalog catalog, Codec& codec) {
  DEPOPS_TRY(World world, world_of(std::move(state), std::move(catalog), codec));
  return Hub(std::make_unique<World>(std::move(world)), codec);
}

Output Hub::start(const Moment& now) {
  Turn turn(*world_, *codec_, now);
  turn.cause = "start";
  bool unheard = false;
  for (auto& [name, entry] : world_->sites) {
    unheard = unheard || !entry.heard;
    if (entry.behind || is_of_earlier_epoch(*world_, entry, *codec_)) {
      turn.mark_site(entry);
    } else if (entry.desired.generation > Generation()) {
      turn.send(PublishDesired{name, entry.desired.generation, entry.desired.bytes});
    }
  }
  if (unheard) turn.send(Announce{});  // so that they say Hello
  for (const DeploymentId& id : world_->under_way) turn.touch(id);
  renewal_ = renew_documents(turn);
  collection_ = collect_artifacts(turn);
  revocations_ = list_revocations(turn);
  settle(turn);
  turn.out.wake = next_wake(*world_, now.wall, earlier(revocations_, earlier(renewal_, collection_)));
  return std::move(turn.out);
}

void Hub::set_room(std::uint64_t bytes) { world_->credit.set_room(bytes); }

Output Hub::step(const Input& input, const Moment& now) {
  Turn turn(*world_, *codec_, now);
  std::visit(
      Overloaded{[&](const ApiCommand& one) { on_command(turn, one); },
                 [&](const FromSite& one) { from_site(turn, one); }, [&](const Heard& one) { heard(turn, one); },
                 [&](const Presence& one) { presence(turn, one); }, [&](const BadFrame& one) { bad_frame(turn, one); },
                 [&](const AsksCertificate& one) { asks_certificate(turn, one); },
                 [&](const Tick&) {
                   turn.cause = "time";
                   touch_due(turn);
                   if (renewal_ && *renewal_ <= now.wall) renewal_ = renew_documents(turn);
                   if (collection_ && *collection_ <= now.wall) collection_ = collect_artifacts(turn);
                   if (revocations_ && *revocations_ <= now.wall) revocations_ = list_revocations(turn);
                 }},
      input);
  call_next(turn);
  settle(turn);
  for (const DesiredDoc& document : turn.out.changes.desired) renewal_ = earlier(renewal_, renewal_of(document));
  turn.out.wake = next_wake(*world_, now.wall, earlier(revocations_, earlier(renewal_, collection_)));
  return std::move(turn.out);
}

}  // namespace depops::hub
