#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "agent/app/health_history.h"
#include "shared/base/moment.h"
#include "shared/sync/inventory.h"

namespace depops::agent {

// How far the site and the hub know each other on the present connection.
struct Speaking {
  static constexpr Millis kPatience{20'000};
  static constexpr Millis kFresh{600'000};

  std::string voice;             // of the connection; empty: the hub gives no tokens to it
  bool asked = false;            // a Hello was said
  bool answered = false;         // the newest one was answered
  bool called = false;           // a Hello is wanted soon
  Millis patience{kPatience};    // after so long without an answer Hello is said again
  std::optional<Stamp> open;     // the first Hello that the next answer can be meant for
  std::uint64_t cuts = 0;        // of the facts, so far
  std::optional<sync::Cut> cut;  // the newest
  std::optional<Stamp> cut_at;
  std::optional<Stamp> telemetry_at;
  std::uint64_t telemetry_dropped = 0;  // since the start: nobody was there to take it
  HealthHistory history;
  std::deque<Stamp> takeovers;  // of the connection by somebody else, newest last

  void connect(const std::string& name) {
    voice = name;
    asked = answered = called = false;
    open.reset();
    patience = kPatience;
  }
  void said_hello(Millis longest, const Moment& now) {
    if (!open) open = Stamp::of(now);
    if (asked && !answered) patience = std::min(2 * patience, longest);
    asked = true;
    answered = called = false;
  }
  // An answer to this connection was signed after that Hello: so much the time in it is behind, at most.
  bool is_fresh(const Moment& now) const { return open && elapsed(*open, now, kFresh) < kFresh; }
  void heard_answer() {
    open.reset();
    answered = true;
    patience = kPatience;
  }
};

}  // namespace depops::agent
