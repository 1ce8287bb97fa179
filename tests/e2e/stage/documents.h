#pragma once

#include <string>
#include <vector>

#include "tests/e2e/stage/stage.h"

namespace depops::stage {

struct Canary {
  std::vector<std::string> environments;  // each gets the strategy; its sites need their own file of starts
  std::string first_step = "2s";          // of analysis after the first weight
  std::string later_step = "1s";
  std::string readiness_path = "/ready";
  std::string hook{};  // a program that runs after the first weight, and again with "back" on the way back; empty: none
};

// Pipeline and analysis template of the demo service: canary 10 -> 50 -> 100, judged by what HAProxy counts and by what
// the instances themselves say. The site of environment "e" is taken to be called "e" too.
std::string canary_documents(const Stage& stage, const Canary& canary);

}  // namespace depops::stage
