#include "agent/app/trusted_time.h"

namespace depops::agent {

TrustedTime::TrustedTime(const Stamp& kept, Instant least) : floor_(std::max(kept.wall, least)) {
  if (!kept.boot.empty()) anchor_ = kept;
}

// Counted on from the anchor; nothing in another boot than that.
std::optional<Instant> TrustedTime::running(const Moment& now) const {
  if (!anchor_ || anchor_->boot != now.boot) return std::nullopt;
  return std::max(floor_, anchor_->wall + std::max(Millis(0), now.boottime - anchor_->boottime));
}

TimeReading TrustedTime::read(const Moment& now) const {
  const auto own = running(now);
  const Instant at = own ? *own : std::max(floor(), now.wall);
  return {at, own.has_value(), now.wall - at};
}

// A word of the hub corrects what was counted on. Forward by any amount that the hub, or the machine's own clock with
// it, can be believed; backward only as fast as the time since boot can be wrong, so that somebody who holds words back
// can not slow time down.
TrustedTime::Heard TrustedTime::hear(Instant hub, const Moment& now) {
  const auto own = running(now);
  const Instant known = own.value_or(floor());
  if (known - hub > kClockStep) return Heard::hub_behind;
  const bool agreed = std::max(hub - now.wall, now.wall - hub) <= kClockStep;
  if (own && hub - known > kClockStep && !agreed) return Heard::hub_ahead;
  Instant least = known;
  if (own) least -= (now.boottime - anchor_->boottime) / kDriftPart;
  floor_ = known;
  anchor_ = Stamp{std::max(hub, least), now.boottime, now.boot};
  return Heard::taken;
}

Stamp TrustedTime::kept(const Moment& now) const {
  const auto own = running(now);
  return own ? Stamp{*own, now.boottime, now.boot} : Stamp{floor(), Millis(0), BootId()};
}

}  // namespace depops::agent
