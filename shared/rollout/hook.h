#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "shared/base/moment.h"

// Something outside that a step does and waits for, like a migration, and what takes it back.
namespace depops::rollout {

struct HookCommand {
  std::vector<std::string> words;  // the first is the path of a program of the site; never given to a shell
  bool operator==(const HookCommand&) const = default;
};

struct HookRequest {
  std::string method = "POST";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  bool operator==(const HookRequest&) const = default;
};

// A Job of Kubernetes that the version brings. It lives on without the agent and is found again by its name.
struct HookJob {
  std::string manifest;  // a file of the unpacked artifact that holds it, and nothing else
  bool operator==(const HookJob&) const = default;
};

using HookCall = std::variant<HookCommand, HookRequest, HookJob>;

struct Hook {
  std::string name;
  HookCall call;
  Millis timeout{60'000};        // of one run, its undo's too
  bool idempotent = false;       // the same key twice has the effect of once
  std::uint32_t retries = 0;     // after a failure
  std::optional<HookCall> undo;  // run on the way back, more than once if need be
  bool operator==(const Hook&) const = default;
};

}  // namespace depops::rollout
