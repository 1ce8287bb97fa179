#pragma once

#include <chrono>
#include <optional>

#include "shared/base/names.h"

// Time as the domain sees it: always an argument, never read. Durations are chrono types in milliseconds.
namespace depops {

using Millis = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Millis>;  // wall clock, UTC

// What the Clock port gives at one moment. `boottime` runs on while the machine sleeps and never jumps, but means
// something only within one boot, which `boot` names.
struct Moment {
  Instant wall{};
  Millis boottime{0};
  BootId boot;
};

// A point in time that survives restarts and clock jumps: elapsed() uses boottime within the same boot, and else the
// wall clock clamped to [0, limit], so that a jump can not skip a soak by more than the reboot itself took.
struct Stamp {
  Instant wall{};
  Millis boottime{0};
  BootId boot;

  static Stamp of(const Moment& now) { return {now.wall, now.boottime, now.boot}; }
  bool operator==(const Stamp&) const = default;
};

// Time since `start`, at least 0; over a reboot at most `limit`.
Millis elapsed(const Stamp& start, const Moment& now, Millis limit) noexcept;

// Whether `wait` is over since then; it is if that never was.
bool is_over(Millis wait, const std::optional<Stamp>& since, const Moment& now) noexcept;

}  // namespace depops
