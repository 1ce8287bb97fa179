#pragma once

#include <map>
#include <optional>
#include <vector>

#include "agent/ports/artifacts.h"
#include "agent/ports/router.h"
#include "agent/ports/runtime.h"
#include "shared/rollout/record.h"
#include "shared/rollout/view.h"

namespace depops::agent {

// The newest facts and whether they may be acted on: they were read under the newest own orders, or nothing was ordered
// yet since the start.
struct World {
  const RuntimeFacts* runtime = nullptr;  // null: not read yet
  const RouterFacts* router = nullptr;
  bool runtime_fresh = false;
  bool router_fresh = false;
  const std::map<Digest, ArtifactFacts>* artifacts = nullptr;
  bool weights = true;  // the router divides requests by weight
  Millis skew{0};       // of the clock that dated the facts, against `now`
  RouterCapabilities can{.weights = true, .headers = true, .cookies = true};  // the rest of what it can do
  const std::map<ServiceName, std::vector<rollout::HookFact>>* hooks = nullptr;
  bool jobs = true;  // the site can run Jobs of Kubernetes
};

// The part of the world that one service's machine sees. Points into `world`; use it at once.
rollout::View view_of(const rollout::Record& record, const World& world, const std::vector<rollout::Sample>& samples,
                      const Moment& now);

const ServiceTraffic* traffic_of(const RouterFacts& facts, const ServiceName& service);

}  // namespace depops::agent
