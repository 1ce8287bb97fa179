#pragma once

#include <map>
#include <memory>
#include <vector>

#include "agent/ports/artifacts.h"
#include "agent/ports/hooks.h"
#include "agent/ports/metric_source.h"
#include "agent/ports/router.h"
#include "agent/ports/runtime.h"
#include "shared/rollout/record.h"

namespace depops::agent {

struct World;

using Records = std::vector<std::shared_ptr<const rollout::Record>>;

// Complete orders from all records; `seq` is left 0 for the caller to set. `weights`: the router divides by weight.
RuntimeOrders runtime_orders(const Records& records, const std::vector<EndpointId>& released, bool weights = true);
RouterOrders router_orders(const Records& records, const RuntimeFacts& facts);

// Retiring endpoints on which nothing is under way: the router was read after it was told to drain them (`given`).
std::vector<EndpointId> released_by(const RuntimeFacts& runtime, const RouterFacts& router, const RouterOrders& given);

// Artifacts of everything that runs, is about to, or is kept for undo; each once.
std::vector<ArtifactRef> artifacts_of(const Records& records);

// Hooks that should be running, of all services, Jobs that measure, and a rehearsal of those of a plan that has yet to
// begin, once its artifact is there. Of `world` the artifacts count, and whether Jobs can be run.
HookOrders hook_orders(const Records& records, const SiteName& site, const Moment& now, const World& world);

// Readings that are due now, of running instances of both sets.
std::vector<MeasureOrder> measures_of(const rollout::Record& record, const RuntimeFacts& facts, const Moment& now);

}  // namespace depops::agent
