#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "shared/json/value.h"

// Whether a namespace's ResourceQuotas leave room for more pods. Pure. Source: kubernetes.io, "Resource Quotas".
namespace depops::agent::kubernetes {

// What one pod takes of each thing that quotas count, in thousandths: "pods", "requests.cpu", "limits.memory", ...
using PodNeeds = std::map<std::string, std::int64_t>;

// Of a pod's spec, as the server counts it: containers together, or the largest init container.
PodNeeds needs_of(const json::Value& pod_spec);

json::Value json_of(const PodNeeds& needs);
PodNeeds needs_in(const json::Value& kept);

// Why so many more of these pods do not fit, with what is free and what to do; empty: they do, or a quota is of a kind
// that only the server can judge. `quotas`: objects of the API; what they say is used holds pods that are ending, too.
std::string does_not_fit(const std::vector<json::Value>& quotas, const PodNeeds& needs, std::uint32_t pods);

// So many pods of one kind.
struct PlannedPods {
  PodNeeds needs;
  std::uint32_t pods = 0;
};

// Why the quotas do not leave room for all of these together, with who can change it; empty: they do. `gone`: pods that
// are counted as used now and are not there any more then.
std::string plan_does_not_fit(const std::vector<json::Value>& quotas, const std::vector<PlannedPods>& plan,
                              const std::vector<PlannedPods>& gone = {});

}  // namespace depops::agent::kubernetes
