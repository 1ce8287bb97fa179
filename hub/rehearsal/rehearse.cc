#include "hub/rehearsal/rehearse.h"

#include <algorithm>

#include "hub/rehearsal/stage.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::rehearsal {
namespace {

class Run {
 public:
  Run(const Script& script, std::uint64_t seed)
      : script_(script), stage_(script, seed), timeline_(Stage::start()), next_(script.scenario.events.begin()) {}

  Rehearsal go();

 private:
  using Event = std::vector<manifest::ScenarioEvent>::const_iterator;

  void show(const rollout::Decision& decision);
  void happen(const manifest::ScenarioEvent& event);
  bool over() const;
  void note_state();
  Rehearsal result();

  const Script& script_;
  Stage stage_;
  Timeline timeline_;
  Event next_;
  rollout::State state_ = rollout::State::pending;
  Millis state_since_{0};
};

// Nothing is under way, and nobody will ask for anything more.
bool Run::over() const {
  return stage_.record().phase == rollout::Phase::idle &&
         std::none_of(next_, script_.scenario.events.end(), [](const auto& event) { return event.verb.has_value(); });
}

void Run::show(const rollout::Decision& decision) {
  const bool idle = stage_.record().phase == rollout::Phase::idle;
  timeline_.decided(decision, stage_.record(), idle ? stage_.look() : stage_.view());
}

void Run::happen(const manifest::ScenarioEvent& event) {
  stage_.world().change(event, stage_.time());
  timeline_.happened(event, stage_.now().wall);
  if (!event.verb) return;
  const CommandId id("verb-" + std::to_string(next_ - script_.scenario.events.begin()));
  const manifest::ScenarioVerb& verb = *event.verb;
  const rollout::Decision decision = stage_.ask(id, verb.verb, verb.by, verb.reason, verb.replicas);
  timeline_.asked(verb, decision, stage_.now().wall);
  show(decision);
}

void Run::note_state() {
  if (stage_.record().state == state_) return;
  state_ = stage_.record().state;
  state_since_ = stage_.time();
}

Rehearsal Run::go() {
  show(stage_.submit());
  note_state();
  while (!over() && stage_.time() < script_.scenario.limit) {
    stage_.advance();
    for (; next_ != script_.scenario.events.end() && next_->at <= stage_.time(); ++next_) happen(*next_);
    show(stage_.observe());
    note_state();
  }
  return result();
}

Rehearsal Run::result() {
  const auto since = [](const std::optional<Instant>& at) {
    return at ? std::optional<Millis>(*at - Stage::start()) : std::nullopt;
  };
  const rollout::Record& record = stage_.record();
  Rehearsal made;
  made.standing = timeline_.standing();
  made.entries = timeline_.take();
  made.reason = record.reason;
  made.waits_for = rollout::waiting_for(record, stage_.view());
  made.length = stage_.time();
  made.ended = state_since_;
  made.over = rollout::is_ended(record.state);
  made.totals.target = stage_.world().total_of(script_.plan->target.set);
  if (script_.stable) made.totals.stable = stage_.world().total_of(script_.stable->set);
  made.totals.unserved = stage_.world().unserved();
  made.exposed_at = since(record.exposed_at);
  made.detected_at = since(record.detected_at);
  made.safe_at = since(record.safe_at);
  return made;
}

std::vector<std::string> unmet_of(const manifest::Expected& expected, const Rehearsal& made) {
  std::vector<std::string> unmet;
  const rollout::State state = made.standing.state;
  const auto& pauses = made.standing.pauses;
  if (state != expected.state) {
    unmet.push_back(std::string("expected ") + rollout::name_of(expected.state) + ", it is " + rollout::name_of(state));
  } else if (expected.within && made.ended > *expected.within) {
    unmet.push_back("expected within " + manifest::write_duration(*expected.within) + ", it took " +
                    manifest::write_duration(made.ended));
  }
  if (!expected.pause.empty() && std::find(pauses.begin(), pauses.end(), expected.pause) == pauses.end()) {
    unmet.push_back("expected the pause " + expected.pause + ", it stands still for " +
                    (pauses.empty() ? "none" : pauses.front()));
  }
  if (expected.failed_requests && made.totals.failed() > *expected.failed_requests) {
    unmet.push_back("expected at most " + std::to_string(*expected.failed_requests) + " failed requests, there are " +
                    std::to_string(made.totals.failed()));
  }
  if (made.reason.find(expected.saying) == std::string::npos) {
    unmet.push_back("expected a reason that says \"" + expected.saying + "\", it says \"" + made.reason + "\"");
  }
  return unmet;
}

}  // namespace

Rehearsal rehearse(const Script& script, std::uint64_t seed) {
  Rehearsal made = Run(script, seed).go();
  made.unmet = unmet_of(script.scenario.expect.value_or(manifest::Expected{}), made);
  return made;
}

}  // namespace depops::hub::rehearsal
