#include "hub/cli/goal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace depops::hub::cli {
namespace {

using json::Value;

// Every site runs as many ready instances of the target as it should; the target stands first.
bool is_healthy(const Value& deployment) {
  const auto& rollouts = deployment["rollouts"].items();
  return std::all_of(rollouts.begin(), rollouts.end(), [](const Value& rollout) {
    const auto& sets = rollout["sets"].items();
    return sets.empty() || sets.front()["available"].as_int() >= sets.front()["desired"].as_int();
  });
}

bool any_paused(const Value& deployment) {
  const auto& rollouts = deployment["rollouts"].items();
  const auto paused = [](const Value& rollout) { return rollout["state"].as_string() == "paused"; };
  return deployment["state"].as_string() == "paused" || std::any_of(rollouts.begin(), rollouts.end(), paused);
}

bool any_at_step(const Value& deployment, std::uint32_t step) {
  const auto& rollouts = deployment["rollouts"].items();
  return std::any_of(rollouts.begin(), rollouts.end(),
                     [step](const Value& rollout) { return rollout["step"].as_int() + 1 >= std::int64_t{step}; });
}

}  // namespace

std::optional<Goal> goal_named(const std::string& text) {
  if (text == "completed") return Goal{Goal::Kind::completed};
  if (text == "healthy") return Goal{Goal::Kind::healthy};
  if (text == "paused") return Goal{Goal::Kind::paused};
  if (text == "any-terminal") return Goal{Goal::Kind::any_terminal};
  constexpr std::string_view kStep = "step=";
  Goal goal{Goal::Kind::step};
  if (!text.starts_with(kStep)) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + kStep.size(), text.data() + text.size(), goal.step);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && goal.step > 0;
  return whole ? std::optional(goal) : std::nullopt;
}

bool is_ended_state(const std::string& state) {
  constexpr std::array<std::string_view, 6> kEnded{"completed", "rolled_back", "aborted",
                                                   "cancelled", "expired",     "failed"};
  return std::find(kEnded.begin(), kEnded.end(), state) != kEnded.end();
}

Progress judge(const Goal& goal, const Value& deployment) {
  const std::string& state = deployment["state"].as_string();
  const bool ended = is_ended_state(state);
  const bool completed = state == "completed";
  bool reached = false;
  switch (goal.kind) {
    case Goal::Kind::completed:
      reached = completed;
      break;
    case Goal::Kind::healthy:
      reached = completed && is_healthy(deployment);
      break;
    case Goal::Kind::paused:
      reached = !ended && any_paused(deployment);
      break;
    case Goal::Kind::step:
      reached = completed || (!ended && any_at_step(deployment, goal.step));
      break;
    case Goal::Kind::any_terminal:
      reached = ended;
      break;
    case Goal::Kind::gone_back:
      reached = completed ? deployment["kind"].as_string() == "rollback" : ended && state != "failed";
      break;
  }
  if (reached) return Progress::reached;
  // A completed deployment whose instances are not available yet can still become healthy.
  return ended && !(goal.kind == Goal::Kind::healthy && completed) ? Progress::never : Progress::under_way;
}

}  // namespace depops::hub::cli
