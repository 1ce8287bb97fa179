#pragma once

#include <memory>

#include "agent/gateway/rules.h"
#include "agent/kubernetes/routing/object_router.h"

namespace depops::agent {

// Divides requests by HTTPRoutes or GRPCRoutes that somebody else made (Gateway API). Which controller carries them out
// does not matter. `connection` and `clock` must outlive the router.
std::unique_ptr<Router> make_gateway_router(gateway::RouteKind kind, kubernetes::ObjectRouterSettings settings,
                                            kubernetes::Connection& connection, const ports::Clock& clock);

}  // namespace depops::agent
