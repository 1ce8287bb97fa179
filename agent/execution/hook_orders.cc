#include "agent/execution/orders_of.h"
#include "shared/rollout/wanted_hook.h"

namespace depops::agent {

HookOrders hook_orders(const Records& records, const SiteName& site) {
  HookOrders orders;
  for (const auto& record : records) {
    const auto wanted = rollout::wanted_hook(*record);
    if (!wanted) continue;
    HookOrder order;
    order.service = record->service;
    order.order = wanted->order;
    order.key = wanted->key;
    order.call = *wanted->call;
    order.timeout = wanted->timeout;
    order.about = {{"service", record->service.str()},
                   {"version", record->plan->target.label.str()},
                   {"environment", record->plan->environment.str()},
                   {"site", site.str()},
                   {"rollout", record->rollout.str()},
                   {"step", std::to_string(wanted->step)},
                   {"hook", wanted->name}};
    orders.hooks.push_back(std::move(order));
  }
  return orders;
}

}  // namespace depops::agent
