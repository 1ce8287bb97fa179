#include "agent/execution/orders_of.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/wanted_hook.h"
#include "shared/rollout/wanted_job.h"

namespace depops::agent {
namespace {

HookOrder order_for(const rollout::Record& record, rollout::HookCall call, const SiteName& site) {
  HookOrder order;
  order.service = record.service;
  order.call = std::move(call);
  if (std::holds_alternative<rollout::HookJob>(order.call)) order.version = record.plan->target;
  order.about = {{"service", record.service.str()},
                 {"version", record.plan->target.label.str()},
                 {"environment", record.plan->environment.str()},
                 {"site", site.str()},
                 {"rollout", record.rollout.str()}};
  return order;
}

}  // namespace

HookOrders hook_orders(const Records& records, const SiteName& site, const Moment& now) {
  HookOrders orders;
  for (const auto& record : records) {
    if (const auto wanted = rollout::wanted_hook(*record)) {
      HookOrder order = order_for(*record, *wanted->call, site);
      order.order = wanted->order;
      order.key = wanted->key;
      order.timeout = wanted->timeout;
      order.about.emplace_back("step", std::to_string(wanted->step));
      order.about.emplace_back("hook", wanted->name);
      orders.hooks.push_back(std::move(order));
    }
    for (rollout::WantedMeasure& wanted : rollout::wanted_measures(*record, now)) {
      HookOrder order = order_for(*record, std::move(wanted.job), site);
      order.key = std::move(wanted.key);
      order.timeout = wanted.timeout;
      order.about.emplace_back("step", std::to_string(record->step));
      order.about.emplace_back("metric", wanted.metric.str());
      orders.hooks.push_back(std::move(order));
    }
  }
  return orders;
}

}  // namespace depops::agent
