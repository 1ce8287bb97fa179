#pragma once

#include <variant>

#include "agent/kubernetes/api/backoff.h"
#include "agent/kubernetes/api/failure.h"

namespace depops::agent::kubernetes {

struct ListTurn {
  Continue at;  // empty: from the beginning
};
struct WatchTurn {
  ResourceVersion from;
};
struct PauseTurn {
  Millis pause{0};
};
using Turn = std::variant<ListTurn, WatchTurn, PauseTurn>;

// What a watcher does next: list all pages, then watch from there; a stream that ends goes on where it was; one whose
// past the server has forgotten begins with a list again; trouble waits longer each time until something works.
class Turns {
 public:
  Turn next() const;

  void page(const Continue& next, const ResourceVersion& version);
  void delivered(const ResourceVersion& version);  // an event or a bookmark
  void ended(Millis lived, double chance);         // the stream, by whomever
  void failed(const Failure& failure, double chance);
  void paused() { pause_ = Millis(0); }
  void list_again();

 private:
  Continue at_;
  ResourceVersion from_;  // empty: no list is whole
  Millis pause_{0};
  unsigned failures_ = 0;  // since something was delivered
};

}  // namespace depops::agent::kubernetes
