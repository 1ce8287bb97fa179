#pragma once

#include <memory>

#include "agent/kubernetes/routing/object_router.h"

namespace depops::agent {

// By the Service that somebody else made in front of all versions (`object` and `service` of a binding are that one).
// `connection` and `clock` must outlive the router.

// Moves all requests at once by its selector, for blue-green.
std::unique_ptr<Router> make_service_switch(kubernetes::ObjectRouterSettings settings,
                                            kubernetes::Connection& connection, const ports::Clock& clock);

// Divides nothing: tells how the pods of the versions divide it.
std::unique_ptr<Router> make_replica_ratio(kubernetes::ObjectRouterSettings settings,
                                           kubernetes::Connection& connection, const ports::Clock& clock);

}  // namespace depops::agent
