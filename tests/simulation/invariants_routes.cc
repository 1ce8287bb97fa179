#include <algorithm>

#include "shared/rollout/desired.h"
#include "tests/simulation/invariants.h"

// I16: forced routes are what was decided, lead to the target only, and are gone when a rollout has ended.
namespace depops::simulation {
namespace {

using rollout::ForcedRoute;
using rollout::Record;

bool holds(const std::vector<ForcedRoute>& routes, const ForcedRoute& wanted) {
  return std::ranges::find(routes, wanted) != routes.end();
}

}  // namespace

void Invariants::check_routes(const Record& before, const Record& after) const {
  if (after.phase == rollout::Phase::idle)
    demand(after.routes.routes.empty(), "I16 a rollout ended with forced routes");
  if (before.rollout != after.rollout || after.phase == rollout::Phase::idle) return;
  for (const ForcedRoute& route : after.routes.routes) {
    demand(route.set == after.plan->target.set, "I16 route " + route.name + " leads to another set");
    if (holds(before.routes.routes, route)) continue;
    demand(after.phase != rollout::Phase::aborting, "I16 route " + route.name + " was made on the way back");
    demand(ready(route.set) > 0, "I4 route " + route.name + " leads to a set without an available instance");
    demand(before.pauses.empty() || after.pauses.empty(), "I11 a pause was on and a route was made");
  }
}

void Invariants::check_forced(const agent::RouterOrders& orders, const Record& record) const {
  for (const agent::ServiceRoute& service : orders.routes) {
    for (const ForcedRoute& route : service.forced) {
      demand(holds(record.routes.routes, route),
             "I16 route " + route.name + " was written and is not decided any more");
    }
  }
}

}  // namespace depops::simulation
