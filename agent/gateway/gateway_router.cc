#include "agent/gateway/gateway_router.h"

#include <utility>

#include "agent/gateway/route_dialect.h"

namespace depops::agent {

std::unique_ptr<Router> make_gateway_router(gateway::RouteKind kind, kubernetes::ObjectRouterSettings settings,
                                            kubernetes::Connection& connection, const ports::Clock& clock) {
  return kubernetes::make_object_router(std::move(settings), std::make_unique<gateway::RouteDialect>(kind), connection,
                                        clock);
}

}  // namespace depops::agent
