#include "hub/cli/changes.h"

#include "hub/cli/goal.h"
#include "hub/cli/json_text.h"
#include "hub/cli/problem.h"

namespace depops::hub::cli {
namespace {

using json::Value;

std::string step_text(const Value& deployment, const Value& rollout) {
  const auto& steps = deployment["steps"].items();
  const auto step = rollout["step"].as_uint();
  const std::string place = "step " + std::to_string(step + 1) + " of " + plain_text(rollout["steps"]);
  return step < steps.size() ? place + " (" + plain_text(steps[step]["text"]) + ")" : place;
}

// ", 1 of 2 approved, by alice".
std::string approval_text(const Value& approval) {
  if (!approval.is_object()) return "";
  std::string people;
  for (const Value& person : approval["approvedBy"].items())
    people += (people.empty() ? ", by " : " and ") + plain_text(person);
  return ", " + std::to_string(approval["approvedBy"].items().size()) + " of " + plain_text(approval["needed"]) +
         " approved" + people;
}

std::string state_line(const Value& deployment) {
  std::string line = plain_text(deployment["service"]) + " " + plain_text(deployment["version"]) + " in " +
                     plain_text(deployment["environment"]) + ": " + plain_text(deployment["state"]);
  const std::string reason = plain_text(deployment["reason"]);
  return reason.empty() ? line : line + " (" + reason + ")";
}

// Of a service that somebody scaled: to what, and what its versions declare.
std::string size_text(const Value& rollout) {
  if (rollout.find("size") == nullptr) return "";
  std::string declared;
  for (const Value& set : rollout["sets"].items()) {
    if (set["declared"].as_int() == 0) continue;
    declared += (declared.empty() ? "" : ", ") + plain_text(set["version"]) + " " + plain_text(set["declared"]);
  }
  return ", scaled to " + plain_text(rollout["size"]) + (declared.empty() ? "" : " (declared: " + declared + ")");
}

}  // namespace

std::string rollout_line(const Value& deployment, const Value& rollout) {
  const std::string state = plain_text(rollout["state"]);
  std::string line = plain_text(rollout["site"]) + ": " + state;
  if (rollout["strategySkipped"].as_bool()) line += ", strategy skipped";
  const bool stepping = rollout["steps"].as_int() > 0 && !rollout["strategySkipped"].as_bool();
  if (!is_ended_state(state) && stepping && rollout["step"].as_int() < rollout["steps"].as_int()) {
    line += ", " + step_text(deployment, rollout);
  }
  for (const Value& set : rollout["sets"].items()) {
    if (set["desired"].as_int() == 0 && set["weight"].as_int() == 0) continue;
    line += ", " + plain_text(set["version"]) + " at " + plain_text(set["weight"]) + " %";
  }
  line += size_text(rollout);
  for (const Value& pause : rollout["pauses"].items()) line += "; paused: " + plain_text(pause);
  for (const Value& route : rollout["routes"].items()) line += "; forced to it: " + plain_text(route);
  line += approval_text(rollout["approval"]);
  const std::string reason = plain_text(rollout["reason"]);
  return reason.empty() ? line : line + "; " + reason;
}

std::string measurement_line(const Value& measurement) {
  return plain_text(measurement["site"]) + ": " + plain_text(measurement["metric"]) + " " +
         plain_text(measurement["outcome"]) + ": " + plain_text(measurement["sentence"]);
}

void Changes::note(const std::string& what, const std::string& line, std::vector<std::string>& lines) {
  std::string& before = last_[what];
  if (before == line) return;
  before = line;
  lines.push_back(line);
}

std::vector<std::string> Changes::since_last(const Value& deployment) {
  std::vector<std::string> lines;
  for (const Value& measurement : deployment["measurements"].items()) {
    const std::string key = plain_text(measurement["site"]) + "/" + plain_text(measurement["metric"]) + "/" +
                            plain_text(measurement["attempt"]) + "/" + plain_text(measurement["window"]["to"]);
    if (measured_.insert(key).second) lines.push_back(measurement_line(measurement));
  }
  for (const Value& rollout : deployment["rollouts"].items()) {
    note("rollout/" + plain_text(rollout["id"]), rollout_line(deployment, rollout), lines);
  }
  std::string waiting;
  for (const Value& reason : deployment["waiting"].items()) {
    waiting += (waiting.empty() ? "waits for " : "; ") + reason_line(reason);
  }
  if (!waiting.empty()) note("waiting", waiting, lines);
  note("deployment", state_line(deployment), lines);
  return lines;
}

}  // namespace depops::hub::cli
