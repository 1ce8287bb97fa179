#include "agent/execution/orders_of.h"
#include "agent/execution/view_of.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/wanted_hook.h"
#include "shared/rollout/wanted_job.h"

namespace depops::agent {
namespace {

HookOrder order_for(const rollout::Record& record, const SiteName& site) {
  HookOrder order;
  order.service = record.service;
  order.about = {{"service", record.service.str()},
                 {"version", record.plan->target.label.str()},
                 {"environment", record.plan->environment.str()},
                 {"site", site.str()},
                 {"rollout", record.rollout.str()}};
  return order;
}

HookOrder order_for(const rollout::Record& record, const rollout::WantedHook& wanted, const SiteName& site) {
  HookOrder order = order_for(record, site);
  std::visit([&](const auto& call) { order.call = call; }, *wanted.call);
  if (std::holds_alternative<rollout::HookJob>(order.call)) order.version = record.plan->target;
  order.order = wanted.order;
  order.key = wanted.key;
  order.timeout = wanted.timeout;
  order.about.emplace_back("step", std::to_string(wanted.step));
  order.about.emplace_back("hook", wanted.name);
  return order;
}

HookOrder order_for(const rollout::Record& record, rollout::WantedMeasure wanted, const SiteName& site) {
  HookOrder order = order_for(record, site);
  order.call = std::move(wanted.job);
  order.version = record.plan->target;
  order.key = std::move(wanted.key);
  order.timeout = wanted.timeout;
  order.about.emplace_back("step", std::to_string(record.step));
  order.about.emplace_back("metric", wanted.metric.str());
  return order;
}

bool is_here(const Digest& artifact, const World& world) {
  const auto found = world.artifacts->find(artifact);
  return found != world.artifacts->end() && found->second.present;
}

std::optional<HookOrder> rehearsal_of(const rollout::Record& record, const SiteName& site, const World& world) {
  if (!world.jobs) return std::nullopt;
  auto wanted = rollout::wanted_rehearsal(record);
  if (!wanted || !is_here(record.plan->target.artifact, world)) return std::nullopt;
  HookOrder order = order_for(record, site);
  order.call = JobRehearsal{std::move(wanted->jobs)};
  order.version = record.plan->target;
  order.key = std::move(wanted->key);
  return order;
}

}  // namespace

HookOrders hook_orders(const Records& records, const SiteName& site, const Moment& now, const World& world) {
  HookOrders orders;
  for (const auto& record : records) {
    if (auto rehearsal = rehearsal_of(*record, site, world)) orders.hooks.push_back(std::move(*rehearsal));
    if (const auto wanted = rollout::wanted_hook(*record)) orders.hooks.push_back(order_for(*record, *wanted, site));
    for (rollout::WantedMeasure& wanted : rollout::wanted_measures(*record, now))
      orders.hooks.push_back(order_for(*record, std::move(wanted), site));
  }
  return orders;
}

}  // namespace depops::agent
