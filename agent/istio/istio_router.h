#pragma once

#include <memory>

#include "agent/kubernetes/routing/object_router.h"

namespace depops::agent {

// Divides requests by VirtualServices that somebody else made (Istio). `connection` and `clock` must outlive it.
std::unique_ptr<Router> make_istio_router(kubernetes::ObjectRouterSettings settings, kubernetes::Connection& connection,
                                          const ports::Clock& clock);

}  // namespace depops::agent
