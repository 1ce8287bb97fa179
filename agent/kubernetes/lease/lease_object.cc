#include "agent/kubernetes/lease/lease_object.h"

#include <algorithm>
#include <cstdio>

namespace depops::agent::kubernetes {
namespace {

constexpr std::int64_t kSecondsLeast = 1;
constexpr std::int64_t kSecondsMost = 600;

std::int64_t seconds_of(Millis time) { return std::chrono::duration_cast<std::chrono::seconds>(time).count(); }

}  // namespace

Resource leases() { return {ApiGroup("coordination.k8s.io"), ApiVersion("v1"), Plural("leases"), "Lease", true}; }

LeaseSeen lease_of(const Object& object) {
  const json::Value& spec = object.body["spec"];
  LeaseSeen seen;
  seen.holder = Holder(spec["holderIdentity"].as_string());
  seen.renewed = spec["renewTime"].as_string();
  seen.lasts = std::chrono::seconds(std::clamp(spec["leaseDurationSeconds"].as_int(), kSecondsLeast, kSecondsMost));
  seen.transitions =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(spec["leaseTransitions"].as_int(), 0, INT32_MAX - 1));
  seen.version = object.meta.version;
  return seen;
}

json::Value lease_body(const ObjectKey& key, const Holder& holder, Millis lasts, Instant now) {
  json::Value meta;
  meta.add("name", key.name.str()).add("namespace", key.space.str());
  json::Value spec;
  spec.add("holderIdentity", holder.str()).add("leaseDurationSeconds", seconds_of(lasts)).add("leaseTransitions", 0);
  spec.add("acquireTime", micro_time(now)).add("renewTime", micro_time(now));
  json::Value body;
  body.add("apiVersion", api_version_of(leases())).add("kind", leases().kind);
  body.add("metadata", std::move(meta)).add("spec", std::move(spec));
  return body;
}

JsonPatch lease_change(const LeaseSeen& seen, const Holder& holder, Millis lasts, Instant now) {
  JsonPatch patch;
  patch.test("/metadata/resourceVersion", seen.version.str());
  patch.add("/spec/holderIdentity", holder.str());
  patch.add("/spec/leaseDurationSeconds", seconds_of(lasts));
  patch.add("/spec/renewTime", micro_time(now));
  if (!holder.empty() && holder != seen.holder) {
    patch.add("/spec/acquireTime", micro_time(now));
    patch.add("/spec/leaseTransitions", static_cast<std::int64_t>(seen.transitions) + 1);
  }
  return patch;
}

std::string micro_time(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Millis> time(at - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()) * 1'000);
  return text;
}

}  // namespace depops::agent::kubernetes
