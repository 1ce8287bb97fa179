#include <algorithm>
#include <memory>
#include <utility>

#include "agent/app/site.h"
#include "agent/execution/left_behind.h"
#include "shared/rollout/desired.h"

// A person at the site: works without hub and broker.
namespace depops::agent {
namespace {

const char* name_of(Storage storage) {
  switch (storage) {
    case Storage::ok:
      return "ok";
    case Storage::low:
      return "low";
    case Storage::full:
      return "full";
    case Storage::gone:
      return "gone";
  }
  return "ok";
}

ServiceView view_for_people(const rollout::Record& record, const rollout::View& view) {
  ServiceView out;
  out.status = rollout::status_of(record, view);
  if (record.stable) out.stable = record.stable->label;
  if (const rollout::Snapshot target = rollout::target_of(record)) out.target = target->label;
  out.waiting_for = rollout::waiting_for(record, view);
  out.degraded = record.degraded;
  for (const rollout::Intent& intent : record.intents) {
    if (intent.outcome != rollout::IntentOutcome::open) continue;
    out.intents.push_back(std::string(rollout::name_of(intent.kind)) + " of " + intent.object.str() + " to " +
                          std::to_string(intent.desired));
  }
  return out;
}

}  // namespace

void Agent::Site::on(Turn& turn, const StatusAsked& asked) {
  SiteView view;
  view.site = settings_.site;
  view.generation = site_.generation;
  view.hub_epoch = site_.hub_epoch;
  view.hub_online = outbox_.online();
  view.backlog = outbox_.backlog();
  view.storage = name_of(storage_);
  if (spool_.room() != Room::ample) view.spool = spool_.reason(outbox_.online());
  view.frozen = site_.frozen;
  if (last_refused_) view.refused = last_refused_->code + ": " + last_refused_->reason;
  view.clock = clock_text();
  for (const auto& [name, service] : services_) {
    view.services.push_back(
        view_for_people(*service.record, view_of(*service.record, world(), service.samples, turn.now)));
    for (const LeftBehind& left : runtime_ ? runtime_->left : std::vector<LeftBehind>()) {
      if (left.service == name) view.services.back().left_behind.push_back(words_of(left, records()));
    }
  }
  turn.out.effects.push_back(AnswerStatus{asked.ticket, std::move(view)});
}

void Agent::Site::on(Turn& turn, const LocalVerb& verb) {
  const bool only = verb.service.empty() && services_.size() == 1;
  const auto found = only ? services_.begin() : services_.find(verb.service);
  if (found == services_.end()) {
    const std::string text = verb.service.empty() ? "say which service: there is not exactly one here"
                                                  : "no service " + verb.service.str() + " here";
    turn.out.effects.push_back(AnswerVerb{verb.ticket, false, text});
    return;
  }
  if (storage_ == Storage::gone) {
    turn.out.effects.push_back(AnswerVerb{verb.ticket, false, "the journal can not be written: free disk space"});
    return;
  }
  Service& service = found->second;
  if (verb.rollback) return roll_back(turn, service, verb);
  rollout::Decision decision = decide(turn, service, verb.command);
  absorb(turn, service, decision);
  turn.out.effects.push_back(AnswerVerb{verb.ticket, decision.accepted, decision.answer});
}

void Agent::Site::roll_back(Turn& turn, Service& service, const LocalVerb& verb) {
  const rollout::Record& record = *service.record;
  rollout::Command abort = verb.command;
  abort.verb = rollout::Verb::abort;
  rollout::Event event = abort;
  if (record.phase == rollout::Phase::idle) {
    if (record.history.empty() || !record.plan) {
      turn.out.effects.push_back(AnswerVerb{verb.ticket, false, "no earlier version is kept here to go back to"});
      return;
    }
    const RolloutId id("local-" + verb.command.id.str());
    if (record.rollout == id) {
      turn.out.effects.push_back(AnswerVerb{verb.ticket, true, "done already"});
      return;
    }
    auto plan = std::make_shared<rollout::Plan>(*record.plan);
    plan->target = *record.history.front();
    plan->kind = rollout::ReleaseKind::rollback;
    const Generation epoch = std::max({record.epoch, record.refused_epoch, site_.generation});
    event = rollout::Submit{{id, {}, epoch, {}, std::move(plan), verb.command.actor}, true};
  }
  rollout::Decision decision = decide(turn, service, event);
  absorb(turn, service, decision);
  const std::string text = decision.answer.empty() ? "going back to the version before" : decision.answer;
  turn.out.effects.push_back(AnswerVerb{verb.ticket, decision.accepted, text});
}

}  // namespace depops::agent
