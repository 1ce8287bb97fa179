#pragma once

#include <cstdint>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// Why a rollout stands still, and who let it go on where people are asked.
namespace depops::rollout {

enum class PauseReason : std::uint8_t {
  user,
  step,
  inconclusive,
  metric_outage,
  drift,
  approval,
  hub_hold,
  freeze,
  failure,  // it failed, and a person decides what becomes of it
};

struct PauseMark {
  PauseReason reason = PauseReason::user;
  Stamp since;
  Actor by;
  std::string why;
  bool operator==(const PauseMark&) const = default;
};

// One person's yes at the current step.
struct ApprovalMark {
  Actor by;
  Instant at{};
  std::string why;
  bool operator==(const ApprovalMark&) const = default;
};

const char* name_of(PauseReason reason) noexcept;

}  // namespace depops::rollout
