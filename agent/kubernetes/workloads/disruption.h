#pragma once

#include <string>

#include "shared/json/value.h"
#include "shared/rollout/dip.h"

// What PodDisruptionBudgets say about a service's pods. A server lets nobody evict below them, but whoever scales may:
// so a rollout that would go below one does not begin. Pure. Source: kubernetes.io, "Specifying a Disruption Budget".
namespace depops::agent::kubernetes {

// What a budget without any label in its selector is about: all pods in policy/v1, none in policy/v1beta1.
enum class Selects { nothing, all };

// Why a rollout that goes so low does not keep the budget, with who can change it; empty: it does, the budget is about
// other pods, or it says nothing that can be read. `labels`: of the service's pods.
std::string breaks_budget(const json::Value& budget, Selects without_labels, const json::Value& labels,
                          const rollout::Dip& dip);

}  // namespace depops::agent::kubernetes
