#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// One counted unit: a deployment of one service in one environment of the production tier, whatever its fan-out.
namespace depops::hub::dora {

enum class Kind { forward, rollback, redeploy };

struct Change {
  std::string sha;
  Instant committed_at{};
  bool operator==(const Change&) const = default;
};

struct Row {
  DeploymentId id;
  ServiceName service;
  EnvironmentName environment;
  Kind kind = Kind::forward;
  bool first = false;            // no version of the service was live there before
  std::uint32_t executions = 0;  // sites touched
  Instant created{};
  std::optional<Instant> first_exposure;  // absent: no production target changed
  std::optional<Instant> completed;
  std::optional<Instant> ended;
  bool change_failed = false;
  bool caught_in_canary = false;
  std::optional<Instant> recovered;  // when users were safe again
  std::vector<Change> changes;       // new in the version; empty: settings only
  bool operator==(const Row&) const = default;
};

}  // namespace depops::hub::dora
