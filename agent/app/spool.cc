#include "agent/app/spool.h"

#include <utility>

namespace depops::agent {

const char* name_of(Room room) noexcept {
  switch (room) {
    case Room::ample:
      return "ample";
    case Room::low:
      return "low";
    case Room::full:
      return "full";
  }
  return "ample";
}

bool Spool::weigh(std::uint64_t waiting) {
  waiting_ = waiting;
  const auto at_least = [&](std::uint64_t fifths) { return waiting >= entries_ / 5 * fifths; };
  Room room = Room::ample;
  if (waiting >= entries_ || (room_ == Room::full && at_least(4))) {
    room = Room::full;
  } else if (at_least(4) || (room_ != Room::ample && at_least(3))) {
    room = Room::low;
  }
  return std::exchange(room_, room) != room;
}

std::string Spool::reason(bool hub_is_there) const {
  const std::string still = room_ == Room::full ? "nothing is decided here any more, what runs goes on as it is"
                                                : "nothing new starts here; pause, abort and rollback are possible";
  return std::to_string(waiting_) + " entries of this site wait for the hub, its agent keeps " +
         std::to_string(entries_) + ": " + still + ". It passes by itself when the hub has taken them; " +
         (hub_is_there ? "the hub is there and takes them"
                       : "the hub is not reached, so whoever runs the site connects it, or raises spool.entries in the "
                         "agent's settings");
}

}  // namespace depops::agent
