#pragma once

#include <memory>

#include "agent/kubernetes/connection/connection.h"
#include "agent/kubernetes/routing/dialect.h"
#include "shared/ports/clock.h"

namespace depops::agent::kubernetes {

struct ObjectRouterSettings {
  Namespace space;  // of the routing objects, the Services and the pods
  Bindings bindings;
  FieldManager manager = kOurManager;
};

// A Router that divides requests by writing one object for each service, in the words of its dialect. Watches these
// objects, the Services of the versions and EndpointSlices; a thread of its own writes. `connection` and `clock` must
// outlive it.
std::unique_ptr<Router> make_object_router(ObjectRouterSettings settings, std::unique_ptr<Dialect> dialect,
                                           Connection& connection, const ports::Clock& clock);

}  // namespace depops::agent::kubernetes
