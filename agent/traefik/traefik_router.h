#pragma once

#include <memory>

#include "agent/kubernetes/routing/object_router.h"

namespace depops::agent {

// Divides requests by TraefikServices that somebody else made, in whichever API group the server has. `connection` and
// `clock` must outlive the router.
std::unique_ptr<Router> make_traefik_router(kubernetes::ObjectRouterSettings settings,
                                            kubernetes::Connection& connection, const ports::Clock& clock);

}  // namespace depops::agent
