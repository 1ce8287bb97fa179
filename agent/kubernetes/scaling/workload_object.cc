#include "agent/kubernetes/scaling/workload_object.h"

#include <algorithm>
#include <utility>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/scaling/agreement.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kReasonMost = 1'000;  // bytes

json::Value start_of(const Resource& kind, const ObjectKey& key) {
  json::Value meta;
  meta.add("name", key.name.str()).add("namespace", key.space.str());
  json::Value body;
  body.add("apiVersion", api_version_of(kind)).add("kind", kind.kind).add("metadata", std::move(meta));
  return body;
}

// Not in the middle of a character.
std::string cut(std::string text) {
  if (text.size() <= kReasonMost) return text;
  std::size_t end = kReasonMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

Wanted workload_kind() { return {ApiGroup("depops.io"), Plural("workloads"), {ApiVersion("v1")}}; }

std::optional<std::uint32_t> number_of(const json::Value& workload) {
  const json::Value& number = workload["spec"]["replicas"];
  if (number.is_null()) return std::nullopt;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number.as_int(), 0, kSizeMost));
}

json::Value workload_body(const Resource& kind, const WorkloadShown& shown, std::uint32_t size) {
  json::Value spec;
  spec.add("service", shown.service.str()).add("replicas", size);
  json::Value body = start_of(kind, shown.key);
  body.add("spec", std::move(spec));
  return body;
}

// What is empty is left out, which an apply takes for gone: Kubernetes 1.20 takes an empty text for null.
json::Value status_body(const Resource& kind, const WorkloadShown& shown, const std::string& refused) {
  json::Value status;
  status.add("replicas", shown.replicas).add("readyReplicas", shown.ready);
  // Autoscalers look at the pods that the number is about.
  status.add("selector", std::string(kServiceLabel) + "=" + shown.service.str() + ",!" + kCompanionLabel);
  const auto add = [&](const char* name, std::string text) {
    if (!text.empty()) status.add(name, std::move(text));
  };
  add("version", shown.version);
  add("nextVersion", shown.next_version);
  if (!shown.next_version.empty()) add("weight", std::to_string(shown.weight) + "%");
  add("state", shown.state);
  add("reason", cut(refused.empty() ? shown.reason : "spec.replicas does not count: " + refused));
  json::Value body = start_of(kind, shown.key);
  body.add("status", std::move(status));
  return body;
}

}  // namespace depops::agent::kubernetes
