#include <algorithm>
#include <memory>
#include <utility>

#include "agent/app/site.h"

namespace depops::agent {
namespace {

rollout::DesiredRefused refused(const Moment& now, Generation generation, std::string code, std::string reason) {
  return {now.wall, generation, std::move(code), std::move(reason)};
}

std::string text(std::uint64_t number) { return std::to_string(number); }

constexpr Millis kDroppedEvery{60'000};

}  // namespace

// Everything that is checked before anything is obeyed. The edge checked signatures and the plans' digests.
std::optional<rollout::DesiredRefused> Agent::Site::objection(const DesiredArrived& arrived, const Moment& now) const {
  if (!arrived.desired) return refused(now, {}, arrived.refused_code, arrived.refused_reason);
  const sync::Desired& desired = *arrived.desired;
  const Generation generation = desired.generation;
  if (desired.site != settings_.site) {
    return refused(now, generation, "destination", "the document is for site " + desired.site.str());
  }
  // What is held was judged when it came; a hub that took over since signs it anew.
  const bool held = is_held(arrived);
  if (desired.site_epoch != settings_.site_epoch || (desired.hub_epoch < site_.hub_epoch && !held)) {
    return refused(now, generation, "epoch",
                   "site epoch " + text(desired.site_epoch.value()) + ", hub epoch " + text(desired.hub_epoch.value()) +
                       "; here they are " + text(settings_.site_epoch.value()) + " and at least " +
                       text(site_.hub_epoch.value()));
  }
  const Generation least = site_.generation == Generation() ? settings_.least_generation : site_.generation;
  if (generation < least) {
    return refused(now, generation, "generation",
                   "generation " + text(generation.value()) + " is older than " + text(least.value()));
  }
  if (generation == site_.generation && !held_.empty() && !held) {
    return refused(now, generation, "equivocation",
                   "generation " + text(generation.value()) + " was accepted before with another content");
  }
  if (generation > site_.generation && desired.not_after < now.wall) {
    return refused(now, generation, "expired", "the document's time is over; the hub must sign a new one");
  }
  return std::nullopt;
}

bool Agent::Site::is_held(const DesiredArrived& arrived) const { return !held_.empty() && arrived.bytes == held_; }

// What a document must be newer than. A site that has just joined holds nothing yet, and was told the newest there is.
// Once it accepted one, its own journal is the floor: a trust root may have lowered that since.
Generation Agent::Site::newest_before() const {
  const std::uint64_t least = settings_.least_generation.value();
  return site_.generation == Generation() && least > 0 ? Generation(least - 1) : site_.generation;
}

void Agent::Site::refuse(Turn& turn, rollout::DesiredRefused refused) {
  if (last_refused_ && last_refused_->code == refused.code && last_refused_->generation == refused.generation) return;
  last_refused_ = refused;
  audit::Leaf leaf;
  leaf.at = turn.now.wall;
  leaf.actor = Actor("agent:" + settings_.site.str());
  leaf.action = "site.desired_refused";
  leaf.object = "site/" + settings_.site.str();
  leaf.reason = refused.code + ": " + refused.reason;
  leaf.cause = "generation " + text(refused.generation.value());
  write(turn, std::move(leaf));
  write(turn, std::move(refused));
}

// Anybody who can reach the broker can send rubbish: it is counted, and told at most once a minute.
void Agent::Site::on(Turn& turn, const FrameDropped& dropped) {
  ++frames_dropped_;
  if (only_observes() || !is_over(kDroppedEvery, dropped_told_at_, turn.now)) return;
  dropped_told_at_ = Stamp::of(turn.now);
  audit::Leaf leaf;
  leaf.at = turn.now.wall;
  leaf.actor = Actor("agent:" + settings_.site.str());
  leaf.action = "site.frame_dropped";
  leaf.object = "site/" + settings_.site.str();
  leaf.reason = text(frames_dropped_) + " since the last such leaf, the newest " + dropped.code + ": " + dropped.reason;
  frames_dropped_ = 0;
  write(turn, std::move(leaf));
  write(turn, rollout::Notice{turn.now.wall, {}, "frame-dropped", dropped.code + ": " + dropped.reason});
  send(turn);
}

void Agent::Site::on(Turn& turn, const DesiredArrived& arrived) {
  if (!only_observes() && site_.frozen.empty()) judge(turn, arrived);
}

void Agent::Site::judge(Turn& turn, const DesiredArrived& arrived) {
  auto why = settings_.trust && arrived.desired ? distrust(turn, arrived) : objection(arrived, turn.now);
  if (why && waits_for_time(arrived, why->code)) return;
  if (why) return refuse(turn, std::move(*why));
  accept(turn, arrived);
  if (arrived.evidence) held_digest_ = arrived.evidence->presented.digest;
  obey(turn, *arrived.desired);
  hold_back(turn, arrived);
  send(turn);
}

void Agent::Site::accept(Turn& turn, const DesiredArrived& arrived) {
  const sync::Desired& desired = *arrived.desired;
  if (desired.generation > site_.generation) {
    audit::Leaf leaf;
    leaf.at = turn.now.wall;
    leaf.actor = Actor("hub");
    leaf.action = "site.desired_accepted";
    leaf.object = "site/" + settings_.site.str();
    leaf.before = "generation " + text(site_.generation.value());
    leaf.after = "generation " + text(desired.generation.value());
    leaf.cause = leaf.after;
    write(turn, std::move(leaf));
    site_.generation = desired.generation;
    site_.hub_epoch = std::max(site_.hub_epoch, desired.hub_epoch);
    turn.site_changed = true;
    held_ = arrived.bytes;
    turn.out.batch.desired = held_;
  }
}

void Agent::Site::obey(Turn& turn, const sync::Desired& desired) {
  for (const sync::Target& target : desired.targets) take_target(turn, target);
}

// Verbs for a rollout that is over here, or was refused: what gets no answer would be waited for.
void Agent::Site::refuse_commands(Turn& turn, Service& service, const sync::Target& target) {
  const rollout::Record& record = *service.record;
  if (only_observes() || target.epoch > std::max(record.epoch, record.refused_epoch)) return;
  const std::string why = "rollout " + target.rollout.str() + " is over here or never began" +
                          (record.rollout.empty() ? "" : "; the last one is " + record.rollout.str());
  for (const rollout::Command& command : target.commands) {
    if (command.verb == rollout::Verb::scale) continue;
    const rollout::View view = view_of(*service.record, world(), service.samples, turn.now);
    rollout::Decision decision = rollout::refuse(service.record, command, target.rollout, why, view, turn.now);
    absorb(turn, service, decision);
  }
}

// Verbs for a rollout that waits until the one it superseded has gone back.
void Agent::Site::answer_waiting(Turn& turn, Service& service, const sync::Target& target) {
  if (only_observes()) return;
  for (const rollout::Command& command : target.commands) {
    if (command.verb == rollout::Verb::scale) continue;
    const rollout::View view = view_of(*service.record, world(), service.samples, turn.now);
    rollout::Decision decision = rollout::answer_waiting(service.record, command, view, turn.now);
    absorb(turn, service, decision);
    if (!service.record->next) return refuse_commands(turn, service, target);
  }
}

// The size is the service's, whichever rollout of it is the newest here.
void Agent::Site::scale_service(Turn& turn, Service& service, const sync::Target& target) {
  for (const rollout::Command& command : target.commands) {
    if (command.verb != rollout::Verb::scale) continue;
    rollout::Decision decision = decide(turn, service, command);
    absorb(turn, service, decision);
  }
}

void Agent::Site::take_target(Turn& turn, const sync::Target& target) {
  Service& service = service_of(target.service);
  if (would_begin(target) && !lacks_time(target.service, target.plan)) {
    rollout::Submit submit{{target.rollout, target.deployment, target.epoch, target.plan_digest,
                            std::make_shared<rollout::Plan>(target.plan), Actor("hub")},
                           false,
                           target.supersede};
    rollout::Decision decision = decide(turn, service, submit);
    absorb(turn, service, decision);
  }
  scale_service(turn, service, target);
  const auto& next = service.record->next;
  if (next && next->rollout == target.rollout) return answer_waiting(turn, service, target);
  if (service.record->rollout != target.rollout) return refuse_commands(turn, service, target);
  for (const rollout::Command& command : target.commands) {
    if (command.verb == rollout::Verb::scale) continue;
    rollout::Decision decision = decide(turn, service, command);
    absorb(turn, service, decision);
  }
}

}  // namespace depops::agent
