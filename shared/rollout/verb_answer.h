#pragma once

#include <string>

#include "shared/rollout/draft.h"

// What verbs have in common over their files. Internal.
namespace depops::rollout {

struct Answer {
  bool accepted = false;
  std::string text;
};

// "abort by alice: why she did".
std::string reason_of(const Command& command);

}  // namespace depops::rollout
