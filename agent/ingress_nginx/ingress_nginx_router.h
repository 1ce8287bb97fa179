#pragma once

#include <memory>

#include "agent/kubernetes/routing/object_router.h"

namespace depops::agent {

// Divides requests that an Ingress of somebody else's leads to a Service (Ingress-NGINX): `object` and `service` of a
// binding are the Service, `beside` is the Ingress. `connection` and `clock` must outlive the router.
std::unique_ptr<Router> make_ingress_nginx_router(kubernetes::ObjectRouterSettings settings,
                                                  kubernetes::Connection& connection, const ports::Clock& clock);

}  // namespace depops::agent
