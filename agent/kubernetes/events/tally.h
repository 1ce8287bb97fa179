#pragma once

#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "agent/kubernetes/api/names.h"
#include "agent/kubernetes/events/announce.h"
#include "shared/base/moment.h"

namespace depops::agent::kubernetes {

struct TallyRules {
  Millis same_within{600'000};  // what is said again within this time is counted and not written anew
  unsigned at_once = 10;        // writes one after the other,
  Millis each{30'000};          // and one more after each such time; what is beyond is not written
  std::size_t known_max = 64;   // that may be counted up
};

// What is done with an announcement.
struct WriteNew {};
struct CountUp {
  ObjectName event;         // that said it before
  std::uint32_t count = 0;  // with this time
};
struct Leave {};  // too many
using EventStep = std::variant<WriteNew, CountUp, Leave>;

// Counts what is repeated and caps how much is written. Pure; nothing of it is durable.
class Tally {
 public:
  explicit Tally(TallyRules rules = {}) : rules_(rules), left_(rules.at_once) {}

  EventStep step(const Announcement& said, const Moment& now);
  void wrote(const Announcement& said, const ObjectName& event, const Moment& now);
  void lost(const ObjectName& event);                   // it is gone: what it said is written anew
  std::uint64_t left_out() const { return left_out_; }  // so many were not written since the start

 private:
  struct Known {
    Announcement said;
    ObjectName event;
    std::uint32_t count = 1;
    Stamp last;
  };
  bool may_write(const Moment& now);

  TallyRules rules_;
  std::deque<Known> known_;  // the oldest first
  unsigned left_;
  std::optional<Stamp> spent_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace depops::agent::kubernetes
