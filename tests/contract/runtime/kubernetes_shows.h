#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/workloads/disruption.h"
#include "tests/contract/runtime/kubernetes_world.h"

// What tests of the runtime on Kubernetes wait for.
namespace depops::test {

inline const agent::SetFacts* facts_of(const agent::RuntimeFacts& facts, const agent::SetOrder& order) {
  const auto found = std::ranges::find(facts.sets, order.snapshot.set, &agent::SetFacts::set);
  return found == facts.sets.end() ? nullptr : &*found;
}

inline auto serves(const agent::SetOrder& order) {
  return [order](const agent::RuntimeFacts& facts) {
    const agent::SetFacts* set = facts_of(facts, order);
    return set != nullptr && set->ready == order.replicas && set->running == order.replicas && set->retiring == 0;
  };
}

inline auto says(const std::string& words) {
  return [words](const agent::RuntimeFacts& facts) {
    return std::ranges::any_of(facts.sets,
                               [&](const auto& set) { return set.trouble.find(words) != std::string::npos; });
  };
}

inline agent::SetOrder with_replicas(agent::SetOrder order, std::uint32_t replicas) {
  order.replicas = replicas;
  return order;
}

// Both sets have what is ordered of them, or nothing any more that goes.
inline auto both(const agent::SetOrder& one, const agent::SetOrder& other) {
  return [one, other](const agent::RuntimeFacts& facts) {
    const auto as_ordered = [&](const agent::SetOrder& order) {
      return order.replicas == 0 ? facts_of(facts, order) == nullptr || facts_of(facts, order)->retiring == 0
                                 : serves(order)(facts);
    };
    return as_ordered(one) && as_ordered(other);
  };
}

// Names of the ConfigMaps that versions brought.
inline std::vector<std::string> settings_in(KubernetesWorld& world) {
  std::vector<std::string> names;
  for (const kube::Object& map : world.all(kConfigMapKind)) {
    if (map.meta.key.name.str().starts_with("settings-")) names.push_back(map.meta.key.name.str());
  }
  return names;
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto found = text.find(what);
  REQUIRE(found != std::string::npos);
  return text.replace(found, what.size(), with);
}

// A ResourceQuota `team` as people write it. What is used stands there for a server without controllers.
inline json::Value quota_with(const char* pods) {
  json::Value meta;
  json::Value hard;
  json::Value used;
  json::Value status;
  status.add("hard", hard.add("pods", pods)).add("used", used.add("pods", "0"));
  json::Value spec;
  json::Value body;
  body.add("apiVersion", "v1").add("kind", "ResourceQuota").add("metadata", meta.add("name", "team"));
  return body.add("spec", spec.add("hard", hard)).add("status", std::move(status));
}

// A PodDisruptionBudget `few` about the pods of `checkout`.
inline void make_budget(KubernetesWorld& world, unsigned least) {
  agent::kubernetes::Discovery discovery(world.admin());
  const auto kind = discovery.find(agent::kubernetes::pod_disruption_budgets());
  REQUIRE((kind.ok() ? "" : kind.failure().what) == std::string());
  json::Value meta;
  json::Value app;
  json::Value selector;
  json::Value spec;
  json::Value body;
  selector.add("matchLabels", app.add("app", "checkout"));
  spec.add("minAvailable", least).add("selector", std::move(selector));
  body.add("apiVersion", agent::kubernetes::api_version_of(*kind)).add("kind", kind->kind);
  body.add("metadata", meta.add("name", "few")).add("spec", std::move(spec));
  const auto made = world.admin().create(*kind, world.space(), body);
  REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
}

// Until the server shows it; everything of ours has happened by then.
inline bool shows(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    kubernetes_node().settle();
  }
  return true;
}

}  // namespace depops::test
