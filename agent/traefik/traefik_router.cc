#include "agent/traefik/traefik_router.h"

#include <utility>

#include "agent/traefik/traefik_service_dialect.h"

namespace depops::agent {

std::unique_ptr<Router> make_traefik_router(kubernetes::ObjectRouterSettings settings,
                                            kubernetes::Connection& connection, const ports::Clock& clock) {
  return kubernetes::make_object_router(std::move(settings), std::make_unique<traefik::TraefikServiceDialect>(),
                                        connection, clock);
}

}  // namespace depops::agent
