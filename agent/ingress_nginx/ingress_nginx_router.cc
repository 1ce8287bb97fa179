#include "agent/ingress_nginx/ingress_nginx_router.h"

#include <utility>

#include "agent/ingress_nginx/ingress_dialect.h"

namespace depops::agent {

std::unique_ptr<Router> make_ingress_nginx_router(kubernetes::ObjectRouterSettings settings,
                                                  kubernetes::Connection& connection, const ports::Clock& clock) {
  return kubernetes::make_object_router(std::move(settings), std::make_unique<ingress_nginx::IngressDialect>(),
                                        connection, clock);
}

}  // namespace depops::agent
