#pragma once

#include <algorithm>
#include <optional>

#include "shared/base/moment.h"

// What time it is at a site whose own clock may be years off. Judged by it: whether a document's, an approval's and a
// trust root's time is over. Pure; the caller says what the machine's clocks show.
namespace depops::agent {

struct TimeReading {
  Instant at{};
  bool trusted = false;  // it follows from a word of the hub; else it is the machine's clock, or the floor
  Millis skew{0};        // of the machine's clock: > 0, it is ahead
  bool operator==(const TimeReading&) const = default;
};

inline constexpr Millis kSkewTold{60'000};      // the machine's clock is said to be off
inline constexpr Millis kSkewOver{30'000};      // and to be right again
inline constexpr Millis kClockStep{3'600'000};  // by so much a word of the hub may be off what is known here
inline constexpr int kDriftPart = 2'000;        // time since boot goes wrong by at most one part of so many

// The newest time that the hub signed, counted on with the time since boot. Never goes back while it is trusted, nor
// below what was kept. Only words that answer a question of this connection are to be given: of others nobody knows
// how old they are.
class TrustedTime {
 public:
  enum class Heard {
    taken,
    hub_ahead,  // by more than kClockStep of what is known here, and the machine's clock says no such thing: not taken
    hub_behind  // by more than kClockStep of what it said before: not taken
  };

  // What kept() gave last; empty: nothing is known but that it is `least` or later.
  explicit TrustedTime(const Stamp& kept = {}, Instant least = {});

  TimeReading read(const Moment& now) const;
  Heard hear(Instant hub, const Moment& now);

  // To be stored: the time trusted now. Without a boot it is only a floor.
  Stamp kept(const Moment& now) const;

 private:
  std::optional<Instant> running(const Moment& now) const;
  Instant floor() const { return anchor_ ? std::max(floor_, anchor_->wall) : floor_; }

  Instant floor_{};
  std::optional<Stamp> anchor_;  // `wall` is the trusted time at that moment
};

}  // namespace depops::agent
