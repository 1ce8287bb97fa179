#pragma once

#include <cstdint>
#include <set>

#include "tests/e2e/faults/road.h"
#include "tests/e2e/faults/tls_end.h"

namespace depops::faults {

// Carries what comes at one end of a connection to the other end: messages by the road, everything else at once. A
// message with QoS 1 is acknowledged to its sender here, and sent on under a number of the carrier's own.
class Carrier {
 public:
  explicit Carrier(std::uint64_t seed) : road_(seed) {}

  // `back` carries the other way: what is acknowledged here is its messages. Trouble: what came is no MQTT.
  void carry(TlsEnd& from, TlsEnd& to, Carrier& back, const Mischief& mischief, Millis now);
  void send(TlsEnd& to, Millis now);  // what is due
  const Road& road() const noexcept { return road_; }

 private:
  static constexpr std::uint16_t kFirstId = 30'000;  // beyond those that clients take for their subscriptions
  static constexpr std::size_t kInFlight = 16;       // messages sent on and not acknowledged

  Road road_;
  std::set<std::uint16_t> in_flight_;
  std::uint16_t id_ = kFirstId;
};

}  // namespace depops::faults
