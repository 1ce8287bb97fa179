#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>

#include "shared/base/moment.h"
#include "tests/e2e/faults/packet.h"

namespace depops::faults {

// What happens to messages on a road. Whatever is lost, the sender was told that it arrived, as brokers do.
struct Mischief {
  double lost = 0;           // share of the messages that never arrive, 0 to 1
  unsigned copies_most = 1;  // a message arrives 1 to so many times
  Millis late_most{0};       // each copy is held for a time between 0 and this, so that they overtake each other
};

struct Tally {
  std::uint64_t taken = 0, lost = 0, copies = 0;  // copies: beyond the first
  std::uint64_t overtaken = 0;                    // arrived after one that had set out later
  std::uint64_t furthest = 0;                     // by how many messages at most

  void add(const Tally& other);
};

// One direction of a connection: takes messages and gives them out when they are due. Pure: same seed, same mischief.
class Road {
 public:
  static constexpr std::size_t kHeldMost = 1'000;  // then the next one leaves before its time

  explicit Road(std::uint64_t seed) : random_(seed) {}

  void take(Packet message, const Mischief& mischief, Millis now);
  std::optional<Packet> next(Millis now);
  std::optional<Millis> due() const;
  const Tally& tally() const noexcept { return tally_; }

 private:
  struct Held {
    std::uint64_t number;
    Packet message;
  };
  std::mt19937_64 random_;
  std::multimap<Millis, Held> held_;
  std::uint64_t farthest_number_ = 0;  // the latest one that was given out
  Tally tally_;
};

}  // namespace depops::faults
