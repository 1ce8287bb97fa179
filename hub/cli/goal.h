#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/json/value.h"

namespace depops::hub::cli {

// What a wait ends on.
struct Goal {
  enum class Kind {
    completed,
    healthy,
    paused,
    step,
    any_terminal,
    gone_back,  // of a rollback that ended what was under way: it has no name, nobody has to ask for it
  };
  Kind kind = Kind::completed;
  std::uint32_t step = 0;  // the first is 1, as people count
};

// "completed", "healthy", "paused", "step=2", "any-terminal".
std::optional<Goal> goal_named(const std::string& text);

// `never`: the deployment ended without getting there.
enum class Progress { under_way, reached, never };

// By the deployment as the API shows it.
Progress judge(const Goal& goal, const json::Value& deployment);

bool is_ended_state(const std::string& state);

}  // namespace depops::hub::cli
