#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/cli/session.h"

namespace depops::hub::cli {

struct LadderOptions {
  std::vector<std::string> files;
  std::string environment;
  std::optional<std::uint32_t> replicas;
  bool first = false;  // there is no stable version
  std::optional<double> rps;
  std::optional<double> base;
  double ratio = 2;
};

// `rollout plan -f`: every step of a pipeline's strategy in one environment.
Exit print_ladder(Session& session, const LadderOptions& options);

}  // namespace depops::hub::cli
