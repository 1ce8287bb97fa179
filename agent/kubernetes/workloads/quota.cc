#include "agent/kubernetes/workloads/quota.h"

#include <algorithm>
#include <limits>

#include "agent/kubernetes/api/quantity.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::int64_t kOne = 1'000;

void add(PodNeeds& sum, const PodNeeds& more) {
  for (const auto& [name, amount] : more) sum[name] += amount;
}

void raise(PodNeeds& most, const PodNeeds& other) {
  for (const auto& [name, amount] : other) most[name] = std::max(most[name], amount);
}

std::int64_t amount_of(const json::Value& value) {
  if (value.is_string()) return thousandths_of(value.as_string()).value_or(0);
  return static_cast<std::int64_t>(std::clamp(value.as_double(), -1e9, 1e9) * static_cast<double>(kOne));
}

PodNeeds of_list(const json::Value& list, const std::string& prefix) {
  PodNeeds needs;
  for (const auto& [name, amount] : list.members()) needs[prefix + name] = amount_of(amount);
  return needs;
}

// What asks for nothing and has a limit asks for that, as the server has it.
PodNeeds of_container(const json::Value& container) {
  const json::Value& resources = container["resources"];
  PodNeeds needs = of_list(resources["limits"], "limits.");
  PodNeeds asked = of_list(resources["limits"], "requests.");
  for (const auto& [name, amount] : of_list(resources["requests"], "requests.")) asked[name] = amount;
  add(needs, asked);
  return needs;
}

// Quotas may call a request by the thing alone.
std::string full_name(const std::string& counted) {
  const bool plain = counted == "cpu" || counted == "memory" || counted == "ephemeral-storage";
  return counted == "count/pods" ? "pods" : plain ? "requests." + counted : counted;
}

// Whether the quota counts these pods, which have no deadline.
bool counts(const json::Value& quota, const PodNeeds& needs) {
  const json::Value& spec = quota["spec"];
  if (!spec["scopeSelector"].is_null()) return false;
  const bool best_effort = needs.size() == 1;  // they ask for nothing
  return std::ranges::all_of(spec["scopes"].items(), [&](const json::Value& scope) {
    if (scope.as_string() == "BestEffort") return best_effort;
    if (scope.as_string() == "NotBestEffort") return !best_effort;
    return scope.as_string() == "NotTerminating";
  });
}

// What the quota counts of that in all of them; beyond what fits it counts as the largest number.
std::int64_t needed_of(const json::Value& quota, const std::string& counted, const std::vector<PlannedPods>& plan) {
  std::int64_t sum = 0;
  for (const PlannedPods& planned : plan) {
    const auto each = planned.needs.find(full_name(counted));
    if (each == planned.needs.end() || each->second <= 0 || !counts(quota, planned.needs)) continue;
    std::int64_t all = 0;
    const bool fits = !__builtin_mul_overflow(each->second, std::int64_t{planned.pods}, &all) &&
                      !__builtin_add_overflow(sum, all, &sum);
    if (!fits) return std::numeric_limits<std::int64_t>::max();
  }
  return sum;
}

std::string words(const json::Value& quota, const std::string& counted, std::int64_t each, std::int64_t free,
                  std::uint32_t pods) {
  const std::string left = quantity_text(std::max<std::int64_t>(free, 0));
  return "ResourceQuota " + quota["metadata"]["name"].as_string() + " leaves room for " +
         std::to_string(std::max<std::int64_t>(free, 0) / each) + " more of these pods and " + std::to_string(pods) +
         " are needed: of " + counted + " " + left + " of " + quota["status"]["hard"][counted].as_string() +
         " is free and each takes " + quantity_text(each) +
         "; raise the quota, or let fewer pods run at a time (maxSurge, setScale, replicas)";
}

}  // namespace

PodNeeds needs_of(const json::Value& pod_spec) {
  PodNeeds needs;
  for (const json::Value& container : pod_spec["containers"].items()) add(needs, of_container(container));
  for (const json::Value& container : pod_spec["initContainers"].items()) raise(needs, of_container(container));
  add(needs, of_list(pod_spec["overhead"], "requests."));
  needs["pods"] = kOne;
  return needs;
}

json::Value json_of(const PodNeeds& needs) {
  json::Value kept = json::Value::object();
  for (const auto& [name, amount] : needs) kept.add(name, amount);
  return kept;
}

PodNeeds needs_in(const json::Value& kept) {
  PodNeeds needs;
  for (const auto& [name, amount] : kept.members()) needs[name] = amount.as_int();
  return needs;
}

std::string does_not_fit(const std::vector<json::Value>& quotas, const PodNeeds& needs, std::uint32_t pods) {
  if (pods == 0) return "";  // also where more is used than may be
  for (const json::Value& quota : quotas) {
    if (!counts(quota, needs)) continue;
    for (const auto& [counted, hard] : quota["status"]["hard"].members()) {
      const auto each = needs.find(full_name(counted));
      const auto most = thousandths_of(hard.as_string());
      const auto used = thousandths_of(quota["status"]["used"][counted].as_string()).value_or(0);
      if (each == needs.end() || each->second <= 0 || !most) continue;
      const std::int64_t free = *most - used;
      if (free / each->second < pods) return words(quota, counted, each->second, free, pods);
    }
  }
  return "";
}

std::string plan_does_not_fit(const std::vector<json::Value>& quotas, const std::vector<PlannedPods>& plan,
                              const std::vector<PlannedPods>& gone) {
  for (const json::Value& quota : quotas) {
    for (const auto& [counted, hard] : quota["status"]["hard"].members()) {
      const std::int64_t needed = needed_of(quota, counted, plan) - needed_of(quota, counted, gone);
      const auto most = thousandths_of(hard.as_string());
      const auto used = thousandths_of(quota["status"]["used"][counted].as_string()).value_or(0);
      if (!most || needed <= 0 || needed <= *most - used) continue;
      return "ResourceQuota " + quota["metadata"]["name"].as_string() +
             " has no room for all that this rollout has at its height: of " + counted + " it needs " +
             quantity_text(needed) + " and " + quantity_text(std::max<std::int64_t>(*most - used, 0)) + " of " +
             hard.as_string() +
             " is left; whoever owns the namespace raises the quota, or whoever owns the pipeline asks for less at a "
             "time (replicas, batch, dynamicStableScale, maxSurge)";
    }
  }
  return "";
}

}  // namespace depops::agent::kubernetes
