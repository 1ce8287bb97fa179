#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

namespace depops::rollout {

// What people and the hub can ask of one rollout. `advance`: go on past the current pause; `advance_full`: past all
// steps; `abort`: end it, back to stable; `scale`: another number of instances, whether a rollout is under way or not;
// `reject`: as abort, as the answer to an approval step.
enum class Verb { pause, resume, advance, advance_full, skip, abort, retry, scale, approve, reject };

const char* name_of(Verb verb) noexcept;
std::optional<Verb> verb_named(const std::string& text) noexcept;

// One verb, given once. The same id twice has the effect of once and gets the first answer again. `expected_step`, when
// given, must be the current step or the command is refused: what the sender saw is no longer so.
struct Command {
  CommandId id;
  Verb verb = Verb::pause;
  Actor actor;
  std::string reason;  // what the person wrote; at most 1,000 bytes
  std::optional<std::uint32_t> expected_step;
  Instant given_at{};
  std::optional<std::uint32_t> replicas{};  // of scale: 1 to 1,000; absent: what the version declares
  bool operator==(const Command&) const = default;
};

}  // namespace depops::rollout
