#include "agent/kubernetes/events/tally.h"

#include <algorithm>

namespace depops::agent::kubernetes {

bool Tally::may_write(const Moment& now) {
  if (spent_ && is_over(rules_.each, spent_, now)) {
    left_ = std::min(left_ + 1, rules_.at_once);
    spent_ = left_ == rules_.at_once ? std::nullopt : std::optional(Stamp::of(now));
  }
  if (left_ == 0) return ++left_out_, false;
  left_ -= 1;
  if (!spent_) spent_ = Stamp::of(now);
  return true;
}

EventStep Tally::step(const Announcement& said, const Moment& now) {
  if (!may_write(now)) return Leave{};
  std::erase_if(known_, [&](const Known& known) { return is_over(rules_.same_within, known.last, now); });
  const auto known = std::ranges::find(known_, said, &Known::said);
  if (known == known_.end()) return WriteNew{};
  known->count += 1;
  known->last = Stamp::of(now);
  return CountUp{known->event, known->count};
}

void Tally::wrote(const Announcement& said, const ObjectName& event, const Moment& now) {
  if (known_.size() == rules_.known_max) known_.pop_front();
  known_.push_back({said, event, 1, Stamp::of(now)});
}

void Tally::lost(const ObjectName& event) {
  std::erase_if(known_, [&event](const Known& known) { return known.event == event; });
}

}  // namespace depops::agent::kubernetes
