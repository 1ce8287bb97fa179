#include "hub/rehearsal/ladder.h"

#include <algorithm>

#include "hub/rehearsal/outlook.h"
#include "hub/rehearsal/stage.h"
#include "shared/manifest/quantity.h"
#include "shared/rollout/rehearsal.h"

namespace depops::hub::rehearsal {
namespace {

constexpr Millis kLongest{4 * 3'600'000};  // for the largest rolling update, one instance after another

std::string percent(std::uint32_t weight) { return std::to_string(weight) + " %"; }

std::string instances(std::uint32_t count) {
  return std::to_string(count) + (count == 1 ? " instance" : " instances") + " available";
}

const rollout::Step* step_of(const rollout::Record& record) {
  const auto* canary = std::get_if<rollout::Canary>(&record.plan->strategy);
  const bool stepping = canary != nullptr && record.step < canary->steps.size() &&
                        record.phase != rollout::Phase::preflight && record.phase != rollout::Phase::promoting &&
                        record.phase != rollout::Phase::draining && record.phase != rollout::Phase::baking;
  return stepping ? &canary->steps[record.step] : nullptr;
}

std::string who_approves(const rollout::Approval& approval) {
  std::string text = approval.count == 1 ? "a person" : std::to_string(approval.count) + " different people";
  if (approval.exclude_requester) text += " other than who asked for it";
  text += ": rollout approve";
  if (!approval.timeout) return text;
  const bool back = approval.on_timeout == rollout::Approval::OnTimeout::abort;
  return text + "; after " + manifest::write_duration(*approval.timeout) + (back ? " it goes back" : " it goes on");
}

std::string amount(const rollout::CountOrPercent& of) { return std::to_string(of.value) + (of.percent ? "%" : ""); }

std::string measured(const Rung& rung, std::uint32_t weight) {
  return instances(rung.target) + ", then " + percent(weight) + " read back and measured over " +
         std::to_string(rollout::kVerifyRequests) + " requests";
}

void describe(Rung& rung, const rollout::Step& step) {
  if (const auto* weight = std::get_if<rollout::SetWeight>(&step)) {
    rung.what = "setWeight " + std::to_string(weight->percent);
    rung.waits_for = measured(rung, weight->percent);
  } else if (const auto* pause = std::get_if<rollout::Pause>(&step)) {
    rung.at_least = pause->duration.value_or(Millis(0));
    rung.what = pause->duration ? "pause " + manifest::write_duration(*pause->duration) : "pause";
    rung.waits_for = pause->duration ? "the time to pass" : "a person: rollout advance";
  } else if (const auto* analysis = std::get_if<rollout::Analysis>(&step)) {
    rung.at_least = analysis->duration;
    rung.what = "analysis " + analysis->spec.name.str() + " " + manifest::write_duration(analysis->duration);
    rung.waits_for = pass_rule(*analysis);
  } else if (const auto* scale = std::get_if<rollout::SetScale>(&step)) {
    rung.what = "setScale " + amount(scale->replicas);
    rung.waits_for = instances(rung.target);
  } else if (const auto* batch = std::get_if<rollout::Batch>(&step)) {
    rung.what = "batch " + amount(batch->instances);
    rung.waits_for = measured(rung, rung.weight);
  } else if (const auto* header = std::get_if<rollout::SetHeader>(&step)) {
    rung.what = "setHeader " + header->name + (header->match ? ", " + rollout::describe(*header->match) : ", removed");
    rung.waits_for = header->match ? instances(rung.target) + ", then the route read back" : "the route to be gone";
  } else if (const auto* approval = std::get_if<rollout::Approval>(&step)) {
    rung.what = "approval " + std::to_string(approval->count);
    rung.waits_for = who_approves(*approval);
  } else if (const auto* hook = std::get_if<rollout::Hook>(&step)) {
    rung.what = "hook " + hook->name;
    rung.waits_for = "its end, at most " + manifest::write_duration(hook->timeout);
    if (hook->retries > 0) rung.waits_for += ", tried " + std::to_string(hook->retries + 1) + " times at most";
    if (hook->undo) rung.waits_for += "; taken back on the way back";
  }
}

std::string taken_in_trial(const rollout::Record& record) {
  const auto shown = rollout::wanted_rehearsal(record);
  if (!shown) return {};
  const std::size_t count = shown->jobs.size();
  return ", and the cluster to take the plan's " + (count == 1 ? "Job" : std::to_string(count) + " Jobs") +
         " in a trial";
}

void describe(Rung& rung, const rollout::Record& record) {
  if (record.phase == rollout::Phase::preflight) {
    rung.waits_for = "the artifact" + taken_in_trial(record);
    if (record.stable) rung.waits_for += ", and all " + std::to_string(rung.stable) + " of stable available";
  } else if (record.phase == rollout::Phase::rolling) {
    rung.waits_for = instances(rung.target) + ", then " + percent(rung.weight) + " read back";
  } else if (record.phase == rollout::Phase::promoting) {
    rung.waits_for = instances(rung.target) + ", then all requests to go to it";
  } else if (record.phase == rollout::Phase::baking) {
    rung.at_least = record.plan->bake;
    rung.what += " " + manifest::write_duration(rung.at_least);
    rung.waits_for = "the time to pass without a failure; stable is kept";
  } else if (record.phase == rollout::Phase::draining) {
    rung.waits_for = "stable to end its last requests";
  }
}

Rung rung_of(const rollout::Record& record, const rollout::View& view) {
  Rung rung;
  rung.what = rollout::name_of(record.phase);
  rung.weight = record.weight.percent;
  rung.target = record.target_replicas;
  rung.stable = record.stable_replicas;
  const rollout::Step* step = step_of(record);
  if (step != nullptr) {
    rung.step = record.step;
    describe(rung, *step);
  } else {
    describe(rung, record);
  }
  if (rung.waits_for.empty()) rung.waits_for = rollout::waiting_for(record, view);
  return rung;
}

// A step is one rung as it is left; outside of steps each number of instances is one.
bool same_rung(const Rung& before, const Rung& now) {
  if (before.step || now.step) return before.step == now.step;
  return before.what == now.what && before.target == now.target && before.stable == now.stable;
}

void climb(Ladder& ladder, const Stage& stage) {
  const rollout::Record& record = stage.record();
  const bool begins_rolling = record.phase == rollout::Phase::rolling && record.target_replicas == 0;
  if (begins_rolling || record.phase == rollout::Phase::idle) return;
  Rung rung = rung_of(record, stage.view());
  if (!ladder.rungs.empty() && same_rung(ladder.rungs.back(), rung)) {
    ladder.rungs.back() = std::move(rung);
  } else {
    ladder.rungs.push_back(std::move(rung));
  }
}

// What takes time is passed over as a person would.
std::optional<rollout::Verb> shortcut(const rollout::Record& record) {
  const auto asks = [](const rollout::PauseMark& pause) { return pause.reason == rollout::PauseReason::approval; };
  if (std::any_of(record.pauses.begin(), record.pauses.end(), asks)) return rollout::Verb::approve;
  const bool timed = record.phase == rollout::Phase::holding || record.phase == rollout::Phase::baking;
  if (timed) return rollout::Verb::advance;
  if (record.phase == rollout::Phase::analyzing) return rollout::Verb::skip;
  if (!record.pauses.empty()) return rollout::Verb::resume;
  return std::nullopt;
}

std::string beside_of(const rollout::Plan& plan) {
  const auto* canary = std::get_if<rollout::Canary>(&plan.strategy);
  if (canary == nullptr || !canary->background) return {};
  return "beside the steps, from step " + std::to_string(canary->background->from + 1) + " on: analysis " +
         canary->background->spec.name.str();
}

std::shared_ptr<const rollout::Plan> without_background(const rollout::Plan& plan) {
  auto made = std::make_shared<rollout::Plan>(plan);
  if (auto* canary = std::get_if<rollout::Canary>(&made->strategy)) canary->background.reset();
  return made;
}

// Where nothing goes wrong and requests are many.
Script at_an_ideal_site(const Script& script) {
  Script made = script;
  made.plan = without_background(*script.plan);
  manifest::Scenario& scenario = made.scenario;
  scenario.rps = 10'000;
  scenario.artifact_after = Millis(0);
  const manifest::Behaviour quick{Millis(0), false, 0, Millis(1), std::nullopt, {}};
  scenario.target.behaviour = quick;
  if (scenario.stable) scenario.stable->behaviour = quick;
  return made;
}

}  // namespace

Ladder ladder_of(const Script& script, const std::optional<Traffic>& traffic) {
  const Script ideal = at_an_ideal_site(script);
  Stage stage(ideal, 1);
  stage.submit();
  Ladder ladder;
  std::uint64_t asked = 0;
  while (stage.record().phase != rollout::Phase::idle && stage.time() < kLongest) {
    climb(ladder, stage);
    if (const auto verb = shortcut(stage.record())) {
      const std::string person = "ladder-" + std::to_string(++asked);  // an approval counts different ones
      stage.ask(CommandId(person), *verb, Actor(person), "");
      climb(ladder, stage);
    }
    stage.advance();
    stage.observe();
  }
  const Millis kept = script.plan->keep_warm;
  if (kept > Millis(0) && !ladder.rungs.empty())
    ladder.rungs.back().waits_for += "; its instances are kept for " + manifest::write_duration(kept);
  ladder.beside = beside_of(*script.plan);
  ladder.whole = stage.record().state == rollout::State::completed;
  if (traffic) look_out(ladder, *script.plan, *traffic);
  return ladder;
}

}  // namespace depops::hub::rehearsal
