#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/kubernetes/api/failure.h"
#include "agent/kubernetes/routing/dialect.h"

// What to do next about one service, and what is known of it. No input or output here.
namespace depops::agent::kubernetes {

inline constexpr Millis kObserveBudget{60'000};  // how long a controller may take before it is told

// What is known of one service's objects.
struct Situation {
  Known known = Known::not_yet;            // of the routing object
  SharedSeen object{};                     // `kept` is all of it
  std::map<SetId, SharedSeen> services{};  // of its versions
  std::vector<SetId> unclear{};            // sets whose Service we wrote and have not seen since
  Endpoints endpoints{};
  Beside beside{};
};

// What we know about our own writes.
struct Memory {
  bool force = true;              // the orders are new: write whatever differs
  std::optional<Fields> written;  // what the object held after our last write
  std::optional<Millis> waiting;  // since when the controller has not taken it up, boottime
  unsigned conflicts = 0;         // writes in a row that lost against somebody else's, or that seemed to
};

struct Decision {
  std::vector<SetId> make;  // Services to apply; the rest waits for them
  std::optional<Change> change;
  std::vector<Meta> remove;  // Services that nothing leads to any more
  bool remove_own = false;   // what stands beside an object that is gone
  ServiceTraffic traffic;
};

// What carries an object out, in the words of its users: "HTTPRoute shop/checkout".
struct Subject {
  std::string kind;
  Namespace space;
  FieldManager ours;
};

Decision decide(const Dialect& dialect, const Subject& subject, const Binding& binding, const ServiceRoute& route,
                const Situation& situation, Memory& memory, const Moment& now);

// After the answer to the change.
void written(Memory& memory, const Fields& fields);
// What is to be told of it: a race that was lost is decided anew, and told only if that does not end.
std::string not_written(Memory& memory, const Failure& failure);

}  // namespace depops::agent::kubernetes
