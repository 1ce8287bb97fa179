#include "agent/kubernetes/lease/standing.h"

#include <algorithm>
#include <utility>

namespace depops::agent::kubernetes {
namespace {

std::string in_seconds(Millis time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

LeaseStanding::LeaseStanding(Holder self, LeaseRules rules) : self_(std::move(self)), rules_(rules) {}

LeaseStanding::Turn LeaseStanding::next(Millis now) const {
  if (now < rest_until_) return Rest{rest_until_};
  if (!known_) return Look{};
  if (!seen_) return Make{};
  if (seen_->holder == self_ || is_free(now)) return Claim{*seen_};
  return Look{};
}

// Nobody named there takes it away from nobody; else it has run out by our own count.
bool LeaseStanding::is_free(Millis now) const {
  return seen_->holder.empty() || now - changed_ >= std::max(seen_->lasts, rules_.lasts);
}

void LeaseStanding::saw(const std::optional<LeaseSeen>& seen, Millis now) {
  const bool same = seen_ && seen && seen_->holder == seen->holder && seen_->renewed == seen->renewed;
  if (!same) changed_ = now;
  // Somebody else is named: whatever we wrote last, it counts no more.
  if (was_ours_ && seen && !seen->holder.empty() && seen->holder != self_) held_until_ = std::min(held_until_, now);
  seen_ = seen;
  known_ = true;
  trouble_.clear();
  // Whoever can do nothing yet looks again when it may have run out, and not all the time.
  if (seen_ && seen_->holder != self_ && !is_free(now))
    rest_until_ = std::min(now + rules_.renew, changed_ + std::max(seen_->lasts, rules_.lasts));
}

void LeaseStanding::claimed(const LeaseSeen& seen, Millis asked) {
  seen_ = seen;
  known_ = true;
  changed_ = asked;
  trouble_.clear();
  raced_ = false;
  if (holding(asked) == Holding::lost) return;
  was_ours_ = true;
  held_until_ = asked + rules_.lasts - rules_.margin;
  rest_until_ = asked + rules_.renew;
}

void LeaseStanding::failed(const Failure& failure, Millis now) {
  trouble_ = failure.what;
  // What stands there now is not known; that somebody else's time has run out still counts from when it was seen.
  const bool raced = failure.kind == FailureKind::conflict || failure.kind == FailureKind::not_found;
  known_ = known_ && !raced && !failure.may_have_happened;
  rest_until_ = raced && !raced_ ? now : now + rules_.retry;
  raced_ = raced;
}

std::optional<LeaseSeen> LeaseStanding::ours(Millis now) const {
  if (holding(now) != Holding::ours || !known_ || !seen_ || seen_->holder != self_) return std::nullopt;
  return seen_;
}

Holding LeaseStanding::holding(Millis now) const {
  if (!was_ours_) return Holding::waiting;
  return now < held_until_ ? Holding::ours : Holding::lost;
}

std::string LeaseStanding::why(Millis now) const {
  if (holding(now) == Holding::ours) return "";
  const std::string lost = holding(now) == Holding::lost ? "the lease could not be renewed in time; " : "";
  if (!trouble_.empty()) return lost + trouble_;
  if (seen_ && !seen_->holder.empty() && seen_->holder != self_)
    return lost + seen_->holder.str() +
           " acts on this cluster; this agent does nothing until that one has been silent for " +
           in_seconds(std::max(seen_->lasts, rules_.lasts)) + "; if it was started by mistake, remove it";
  return lost + "who acts on this cluster is not known yet";
}

}  // namespace depops::agent::kubernetes
