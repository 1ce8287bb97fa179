#include "agent/app/renewal.h"

#include <algorithm>
#include <cstdint>

namespace depops::agent {
namespace {

constexpr int kDueParts = 3;    // due when two of three are over
constexpr int kShortPart = 12;  // of a life

bool is_due_for_renewal(const Validity& validity, const Moment& now) {
  const Millis life = validity.not_after - validity.not_before;
  return now.wall >= validity.not_before + life / kDueParts * (kDueParts - 1);
}

// What is short beside a week is short beside a certificate of a minute, too.
Millis part_of_life(const Validity& validity, Millis most) {
  return std::clamp((validity.not_after - validity.not_before) / kShortPart, Millis(1'000), most);
}

}  // namespace

void Renewal::link(bool connected, const Moment& now) {
  if (connected) away_since_.reset();
  if (!connected && (connected_ || !away_since_)) away_since_ = Stamp::of(now);
  connected_ = connected;
}

void Renewal::renewed() {
  asked_.reset();
  knocked_.reset();
  knock_again_ = Millis(0);
}

RenewalWay Renewal::next(const Validity& validity, const Moment& now) {
  if (!is_due_for_renewal(validity, now)) return RenewalWay::none;
  if (!connected_ && !away_since_) away_since_ = Stamp::of(now);
  return connected_ ? over_broker(validity, now) : at_door(validity, now);
}

RenewalWay Renewal::over_broker(const Validity& validity, const Moment& now) {
  if (!is_over(part_of_life(validity, kAskEvery), asked_, now)) return RenewalWay::none;
  asked_ = Stamp::of(now);
  return RenewalWay::broker;
}

RenewalWay Renewal::at_door(const Validity& validity, const Moment& now) {
  if (!has_door_) return RenewalWay::none;
  const Millis spread(
      static_cast<std::int64_t>(spread_ * static_cast<double>(part_of_life(validity, kSpreadMost).count())));
  const Millis patience = now.wall >= validity.not_after ? spread : part_of_life(validity, kPatience) + spread;
  if (!is_over(patience, away_since_, now) || !is_over(knock_again_, knocked_, now)) return RenewalWay::none;
  knock_again_ = std::clamp(knock_again_ * 2, kDoorFirst + spread, kDoorMost + spread);
  knocked_ = Stamp::of(now);
  return RenewalWay::door;
}

}  // namespace depops::agent
