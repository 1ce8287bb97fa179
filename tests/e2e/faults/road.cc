#include "tests/e2e/faults/road.h"

#include <algorithm>
#include <utility>

namespace depops::faults {

void Tally::add(const Tally& other) {
  taken += other.taken;
  lost += other.lost;
  copies += other.copies;
  overtaken += other.overtaken;
  furthest = std::max(furthest, other.furthest);
}

void Road::take(Packet message, const Mischief& mischief, Millis now) {
  ++tally_.taken;
  if (std::bernoulli_distribution(mischief.lost)(random_)) {
    ++tally_.lost;
    return;
  }
  const auto copies = std::uniform_int_distribution<unsigned>(1, mischief.copies_most)(random_);
  tally_.copies += copies - 1;
  std::uniform_int_distribution<std::int64_t> late(0, mischief.late_most.count());
  for (unsigned i = 0; i < copies; ++i) held_.emplace(now + Millis(late(random_)), Held{tally_.taken, message});
}

std::optional<Packet> Road::next(Millis now) {
  if (held_.empty() || (held_.begin()->first > now && held_.size() <= kHeldMost)) return std::nullopt;
  Held held = std::move(held_.begin()->second);
  held_.erase(held_.begin());
  if (held.number < farthest_number_) {
    ++tally_.overtaken;
    tally_.furthest = std::max(tally_.furthest, farthest_number_ - held.number);
  }
  farthest_number_ = std::max(farthest_number_, held.number);
  return std::move(held.message);
}

std::optional<Millis> Road::due() const {
  if (held_.empty()) return std::nullopt;
  return held_.begin()->first;
}

}  // namespace depops::faults
