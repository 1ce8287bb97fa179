#include "hub/app/reminder.h"

#include <algorithm>

#include "hub/app/recovery.h"

namespace depops::hub {
namespace {

constexpr Millis kFirst{5'000};
constexpr Millis kMost{30'000};

}  // namespace

void remind(Turn& turn, SiteEntry& entry) {
  const Generation newest = entry.desired.generation;
  const bool due = may_sign(turn.world, entry) && !entry.behind && entry.status.held < newest;
  if (!due) return;
  Reminder& reminder = entry.reminder;
  const Millis now = turn.now.boottime;
  if (reminder.of != newest) {
    reminder = {newest, now + kFirst, kFirst};
    return;
  }
  if (now < reminder.due) return;
  reminder.wait = std::min(2 * reminder.wait, kMost);
  reminder.due = now + reminder.wait;
  turn.send(PublishDesired{entry.site.name, newest, entry.desired.bytes});
}

}  // namespace depops::hub
