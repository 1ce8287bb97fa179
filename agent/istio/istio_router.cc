#include "agent/istio/istio_router.h"

#include <utility>

#include "agent/istio/virtual_service_dialect.h"

namespace depops::agent {

std::unique_ptr<Router> make_istio_router(kubernetes::ObjectRouterSettings settings, kubernetes::Connection& connection,
                                          const ports::Clock& clock) {
  return kubernetes::make_object_router(std::move(settings), std::make_unique<istio::VirtualServiceDialect>(),
                                        connection, clock);
}

}  // namespace depops::agent
