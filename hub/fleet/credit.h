#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/sync/frame.h"

namespace depops::hub::fleet {

// How much sites may send. The room that the hub has is shared by those that catch up, and of these only so many are
// let in at once: the others send nothing until they are called, in the order in which they asked. So a hub whose disk
// is slow, or to which all sites come back at once, holds a bounded amount and drops nothing. They ask again after a
// while, because a call may be lost; what they send then is an entry, which costs the hub as much as a whole run, so
// they ask seldom. A restart forgets nothing that matters: sites say Hello.
class Credit {
 public:
  struct Limits {
    std::size_t sites_at_once = 64;       // that catch up
    std::uint64_t behind = 256;           // entries that make a site one that catches up
    std::uint64_t window_most = 1 << 20;  // bytes in flight of one stream of one site
    std::uint64_t window_least = 32 << 10;
    Millis silence{30'000};  // who was let in and sends nothing for so long gives its place away
    Millis wait_least{2'000};
    Millis wait_most{120'000};
  };
  struct Grant {
    std::uint64_t window = 0;
    Millis wait{0};  // with window 0: before asking again
    bool operator==(const Grant&) const = default;
  };

  explicit Credit(const Limits& limits) : limits_(limits) {}
  Credit() : Credit(Limits{}) {}

  // Bytes that the hub can take before it would drop something; the driver says so before each step.
  void set_room(std::uint64_t bytes) { room_ = bytes; }

  // A site said up to where its stream goes, and what of it is here.
  void on_position(const SiteName& site, sync::Stream stream, Sequence last, Sequence here, const Moment& now);
  // Entries came; `here` is how far the stream is now.
  void on_entries(const SiteName& site, sync::Stream stream, Sequence here, const Moment& now);
  // The site is gone: others may have its place.
  void leave(const SiteName& site);

  Grant grant(const SiteName& site, const Moment& now);

  struct Call {
    SiteName site;
    sync::Stream stream = sync::Stream::events;
    bool operator==(const Call&) const = default;
  };
  // Those whose turn it is, because others caught up, left or fell silent, or because there is room again. They have
  // their places now: tell each of them what grant() says.
  std::vector<Call> next_turns(const Moment& now);
  // Sites wait although places are free: look at next_turns() again soon.
  bool waits_for_room() const { return !line_.empty() && in_ < limits_.sites_at_once; }

  std::size_t let_in() const noexcept { return in_; }  // of those that catch up
  std::size_t waiting() const noexcept { return behind_.size() - in_; }

 private:
  struct Behind {
    std::array<Sequence, 2> until{};  // per stream; 0: it has caught up
    bool in = false;
    bool in_line = false;
    Millis heard{0};
  };

  std::uint64_t window() const;
  bool let(const SiteName& name, Behind& site, const Moment& now);
  void free_silent(const Moment& now);

  Limits limits_;
  std::uint64_t room_ = ~std::uint64_t{0};
  std::map<SiteName, Behind> behind_;
  std::deque<SiteName> line_;  // who asked in vain, first come first; each once
  std::size_t in_ = 0;         // of behind_
  Millis freed_at_{0};
};

}  // namespace depops::hub::fleet
