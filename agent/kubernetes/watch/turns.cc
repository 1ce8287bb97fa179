#include "agent/kubernetes/watch/turns.h"

namespace depops::agent::kubernetes {
namespace {

constexpr Millis kLongLived{10'000};  // a stream that lasted so long was well, also if nothing happened in it

}  // namespace

Turn Turns::next() const {
  if (pause_.count() > 0) return PauseTurn{pause_};
  if (from_.empty()) return ListTurn{at_};
  return WatchTurn{from_};
}

void Turns::page(const Continue& next, const ResourceVersion& version) {
  at_ = next;
  if (next.empty()) from_ = version;
}

void Turns::delivered(const ResourceVersion& version) {
  if (!version.empty()) from_ = version;
  failures_ = 0;
}

void Turns::ended(Millis lived, double chance) {
  if (lived >= kLongLived) failures_ = 0;
  // One that ended soon after it delivered something is resumed at once, too: it was well until then.
  if (failures_ > 0) pause_ = backoff(failures_, {}, chance);
  if (lived < kLongLived) ++failures_;
}

void Turns::failed(const Failure& failure, double chance) {
  ++failures_;
  if (failure.kind == FailureKind::gone) {
    list_again();
    // The first time it is what happens to anyone who was away for long.
    if (failures_ > 1) pause_ = backoff(failures_ - 1, failure.retry_after, chance);
    return;
  }
  pause_ = backoff(failures_, failure.retry_after, chance);
}

void Turns::list_again() {
  at_ = {};
  from_ = {};
}

}  // namespace depops::agent::kubernetes
