#include "hub/rehearsal/timeline.h"

#include "shared/analysis/sentence.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::rehearsal {
namespace {

constexpr std::size_t kEntriesMax = 20'000;

Side side_of(const rollout::SetStatus& set) { return {set.desired, set.available}; }

// The target stands first while there is one; a rollout that ended well has only the set that serves now.
Standing standing_of(const rollout::RolloutStatus& status) {
  Standing standing;
  standing.state = status.state;
  standing.phase = status.phase;
  standing.step = status.step;
  standing.steps = status.steps;
  standing.pauses = status.pauses;
  if (status.sets.empty()) return standing;
  const rollout::SetStatus& target = status.sets.front();
  standing.weight = target.weight;
  standing.verified_level = target.verified_level;
  standing.target = side_of(target);
  if (status.sets.size() > 1) standing.stable = side_of(status.sets.back());
  return standing;
}

void say(std::string& text, const std::string& more) { text += (text.empty() ? "" : ", ") + more; }

std::string percent(double share) { return analysis::short_number(100 * share) + " %"; }

std::string change_text(const char* which, const manifest::BehaviourChange& change) {
  std::string text;
  if (change.error_share) say(text, "errors " + percent(*change.error_share));
  if (change.crash > 0) say(text, "crash " + std::to_string(change.crash));
  if (change.never_ready) say(text, *change.never_ready ? "new instances never ready" : "instances become ready");
  if (change.ready_after) say(text, "ready after " + manifest::write_duration(*change.ready_after));
  if (change.response_time) say(text, "answers take " + manifest::write_duration(*change.response_time));
  for (const auto& [name, level] : change.values) say(text, name + " " + analysis::short_number(level.mean));
  return std::string(which) + ": " + text;
}

}  // namespace

const char* name_of(Kind kind) noexcept {
  constexpr const char* kNames[] = {"status", "verdict", "verb", "world", "notice"};
  return kNames[static_cast<std::size_t>(kind)];
}

Entry& Timeline::add(Kind kind, Instant at, std::string text) {
  if (entries_.size() >= kEntriesMax) entries_.erase(entries_.begin());
  const Millis since = at - start_;
  entries_.push_back({kind, since, since, standing_, std::move(text), "", "", "", 0});
  return entries_.back();
}

void Timeline::status(const rollout::RolloutStatus& status, Instant at, const std::string& waits_for) {
  const Standing now = standing_of(status);
  const bool said = status.reason == reason_ && !rollout::is_ended(status.state);
  if (said && now == standing_) return;
  standing_ = now;
  reason_ = status.reason;
  add(Kind::status, at, said ? "" : reason_).waits_for = waits_for;
}

// The newest verdict on that metric, if nothing but verdicts came since.
Entry* Timeline::newest_verdict(const MetricName& metric) {
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->kind == Kind::verdict; ++entry) {
    if (entry->metric == metric.str()) return &*entry;
  }
  return nullptr;
}

// Windows that come out alike are one entry with the sentence of the last.
void Timeline::window(const rollout::WindowJudged& judged) {
  const analysis::Measurement& made = judged.measurement;
  const std::string outcome = analysis::name_of(made.outcome);
  Entry* newest = newest_verdict(made.metric);
  const bool goes_on = newest != nullptr && newest->outcome == outcome;
  Entry& entry = goes_on ? *newest : add(Kind::verdict, judged.at, "");
  entry.text = made.sentence;
  entry.until = judged.at - start_;
  entry.metric = made.metric.str();
  entry.outcome = outcome;
  ++entry.windows;
}

void Timeline::decided(const rollout::Decision& decision, const rollout::Record& now, const rollout::View& view) {
  for (const rollout::Report& report : decision.reports) {
    if (const auto* changed = std::get_if<rollout::RolloutChanged>(&report)) {
      // What serves in the end is seen only after it.
      const bool ended = rollout::is_ended(changed->status.state);
      status(ended ? rollout::status_of(now, view) : changed->status, changed->at, rollout::waiting_for(now, view));
    } else if (const auto* judged = std::get_if<rollout::WindowJudged>(&report)) {
      window(*judged);
    } else if (const auto* drift = std::get_if<rollout::DriftSeen>(&report)) {
      add(Kind::notice, drift->at, drift->what);
    } else if (const auto* notice = std::get_if<rollout::Notice>(&report)) {
      add(Kind::notice, notice->at, notice->kind + ": " + notice->text);
    }
  }
}

void Timeline::asked(const manifest::ScenarioVerb& verb, const rollout::Decision& decision, Instant at) {
  const std::string number = verb.replicas ? " to " + std::to_string(*verb.replicas) : "";
  const std::string what = std::string(rollout::name_of(verb.verb)) + number + " by " + verb.by.str() +
                           (verb.reason.empty() ? "" : " (" + verb.reason + ")");
  Entry& entry = add(Kind::verb, at, what + ": " + decision.answer);
  entry.outcome = decision.accepted ? "accepted" : "refused";
}

void Timeline::happened(const manifest::ScenarioEvent& event, Instant at) {
  std::string text;
  if (event.rps) say(text, "traffic " + analysis::short_number(*event.rps) + " requests/s");
  if (event.hooks) say(text, *event.hooks ? "hooks work again" : "hooks fail from now on");
  if (event.router) say(text, *event.router ? "the router answers again" : "the router no longer answers");
  if (event.stable) say(text, change_text("stable", *event.stable));
  if (event.target) say(text, change_text("target", *event.target));
  if (!text.empty()) add(Kind::world, at, text);
}

}  // namespace depops::hub::rehearsal
