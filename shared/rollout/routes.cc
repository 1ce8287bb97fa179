#include <algorithm>
#include <utility>

#include "shared/rollout/draft.h"

// Header steps: an instance first, then the route, then its reading back.
namespace depops::rollout {
namespace {

std::vector<ForcedRoute> after(const Draft& draft, const SetHeader& step) {
  std::vector<ForcedRoute> routes = draft.record().routes.routes;
  std::erase_if(routes, [&](const ForcedRoute& route) { return route.name == step.name; });
  if (step.match) routes.push_back({step.name, *step.match, draft.plan().target.set});
  return routes;
}

bool in_force(const RouteMark& mark, const View& view) {
  if (!view.router || view.routes.size() != mark.routes.size()) return false;
  return std::ranges::all_of(mark.routes, [&](const ForcedRoute& route) {
    return std::ranges::any_of(view.routes,
                               [&](const RouteView& seen) { return seen.name == route.name && seen.live > 0; });
  });
}

}  // namespace

void verify_routes(Draft& draft) {
  const RouteMark& mark = draft.record().routes;
  if (mark.read_back || !in_force(mark, draft.view())) return;
  RouteMark& next = draft.edit().routes;
  next.read_back = true;
  next.read_back_at = Stamp::of(draft.now());
  draft.edit().progress.at = next.read_back_at;
  draft.changed();
}

void observe_routing(Draft& draft) {
  if (draft.paused() || !draft.view().runtime) return;
  const auto& step = std::get<SetHeader>(step_of(draft));
  if (step.match) draft.order_target(std::max(draft.record().target_replicas, 1U));
  if (step.match && draft.view().target.routable == 0) return;
  draft.order_routes(after(draft, step));
  if (!draft.record().routes.read_back) return;
  go_past_step(draft, self(), "route " + step.name + (step.match ? " is in force" : " is gone"));
}

}  // namespace depops::rollout
