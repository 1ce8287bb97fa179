#include "agent/kubernetes/service/service_router.h"

#include <utility>

#include "agent/kubernetes/service/ratio_dialect.h"
#include "agent/kubernetes/service/switch_dialect.h"

namespace depops::agent {

std::unique_ptr<Router> make_service_switch(kubernetes::ObjectRouterSettings settings,
                                            kubernetes::Connection& connection, const ports::Clock& clock) {
  return kubernetes::make_object_router(std::move(settings), std::make_unique<kubernetes::SwitchDialect>(), connection,
                                        clock);
}

std::unique_ptr<Router> make_replica_ratio(kubernetes::ObjectRouterSettings settings,
                                           kubernetes::Connection& connection, const ports::Clock& clock) {
  return kubernetes::make_object_router(std::move(settings), std::make_unique<kubernetes::RatioDialect>(), connection,
                                        clock);
}

}  // namespace depops::agent
