#include "agent/kubernetes/workloads/cluster.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/api/writer.h"
#include "agent/kubernetes/manifests/removals.h"
#include "agent/kubernetes/words/words.h"

namespace depops::agent::kubernetes {
namespace {

const json::Value& condition(const json::Value& object, const char* type) {
  static const json::Value kNone;
  for (const json::Value& one : object["status"]["conditions"].items()) {
    if (one["type"].as_string() == type) return one;
  }
  return kNone;
}

bool holds(const json::Value& condition) { return condition["status"].as_string() == "True"; }

// What a pod belongs to.
const json::Value& owner_of(const json::Value& meta, const char* kind) {
  static const json::Value kNone;
  for (const json::Value& owner : meta["ownerReferences"].items()) {
    if (owner["controller"].as_bool() && owner["kind"].as_string() == kind) return owner;
  }
  return kNone;
}

// With the number at the end of the name of a pod of a StatefulSet; nothing: it is of neither.
std::optional<Place> place_of(const json::Value& pod) {
  const json::Value& meta = pod["metadata"];
  const json::Value& daemon = owner_of(meta, "DaemonSet");
  if (!daemon.is_null()) return Place{Uid(daemon["uid"].as_string()), 0, true, pod["spec"]["nodeName"].as_string()};
  const json::Value& owner = owner_of(meta, "StatefulSet");
  const std::string& name = meta["name"].as_string();
  const std::string own = owner["name"].as_string() + "-";
  if (owner.is_null() || !name.starts_with(own) || name.size() == own.size() || name.size() > own.size() + 5 ||
      name.find_first_not_of("0123456789", own.size()) != std::string::npos)
    return std::nullopt;
  return Place{Uid(owner["uid"].as_string()), static_cast<std::uint32_t>(std::stoul(name.substr(own.size())))};
}

struct Containers {
  std::uint64_t restarts = 0;
  bool running = false;
};

Containers containers_of(const json::Value& pod) {
  Containers sum;
  const auto& statuses = pod["status"]["containerStatuses"].items();
  sum.running = !statuses.empty();
  for (const json::Value& status : statuses) {
    sum.restarts += status["restartCount"].as_uint();
    sum.running = sum.running && !status["state"]["running"].is_null();
  }
  return sum;
}

enum Flag : std::uint8_t { kRunning = 1, kReady = 2, kEnded = 4, kMarked = 8, kOwned = 16 };

// One number, because there can be thousands of pods.
int flags_of(const json::Value& object, const Containers& containers) {
  const json::Value& meta = object["metadata"];
  const std::string& phase = object["status"]["phase"].as_string();
  const std::string set = meta["labels"][kSetLabel].as_string();
  const bool owned = !set.empty() && owner_of(meta, "ReplicaSet")["name"].as_string().starts_with(set + "-");
  return (containers.running ? kRunning : 0) | (holds(condition(object, "Ready")) ? kReady : 0) |
         (phase == "Succeeded" || phase == "Failed" ? kEnded : 0) |
         (meta["annotations"][kDeletionCost].is_null() ? 0 : kMarked) | (owned ? kOwned : 0);
}

}  // namespace

EndpointId Pod::id() const {
  std::string text = key.name.str();
  if (place && !place->on_node) text += "." + short_of(uid);
  return EndpointId(restarts == 0 ? text : text + "." + std::to_string(restarts));
}

json::Value keep_of_deployment(const json::Value& object) {
  const json::Value& meta = object["metadata"];
  const json::Value& failure = condition(object, "ReplicaFailure");
  json::Value kept;
  kept.add("set", meta["labels"][kSetLabel]).add("service", meta["labels"][kServiceLabel]);
  kept.add("created", meta["creationTimestamp"]).add("replicas", object["spec"]["replicas"]);
  if (meta["labels"][kAdoptLabel].as_string() == kAdoptYes)
    kept.add("scaledBy", writer_of(object, {"spec", "replicas"}, kOurManager));
  kept.add("needs", json_of(needs_of(object["spec"]["template"]["spec"])));
  if (holds(failure)) kept.add("trouble", clipped_words(failure["message"].as_string()));
  if (!meta["annotations"][kRemoveAnnotation].is_null()) kept.add("removes", meta["annotations"][kRemoveAnnotation]);
  return kept;
}

json::Value keep_of_pod(const json::Value& object) {
  const json::Value& meta = object["metadata"];
  const Containers containers = containers_of(object);
  const PodWords words = words_of(object);
  json::Value kept;
  const auto add = [&kept](const char* name, const json::Value& value) {
    if (!value.is_null()) kept.add(name, value);
  };
  kept.add("flags", flags_of(object, containers));
  add("set", meta["labels"][kSetLabel]);
  add("created", meta["creationTimestamp"]);
  add("host", object["status"]["podIP"]);
  add("port", meta["annotations"][kPortAnnotation]);
  add("since", condition(object, "Ready")["lastTransitionTime"]);
  if (containers.restarts > 0) kept.add("restarts", containers.restarts);
  if (const auto place = place_of(object)) {
    kept.add("owner", place->owner.str()).add("ordinal", place->ordinal);
    if (place->on_node) kept.add("node", place->node);
  }
  if (!words.trouble.empty()) kept.add("trouble", words.trouble);
  if (!words.ending.empty()) kept.add("ending", words.ending);
  if (words.voice) kept.add(words.voice->previous ? "spoke" : "speaks", words.voice->container);
  return kept;
}

Workload workload_of(const Seen& seen) {
  const json::Value& kept = seen.kept;
  Workload workload;
  workload.key = seen.meta.key;
  workload.uid = seen.meta.uid;
  workload.set = SetId(kept["set"].as_string());
  workload.service = ServiceName(kept["service"].as_string());
  workload.created = instant_of(kept["created"].as_string()).value_or(Instant{});
  workload.replicas = static_cast<std::uint32_t>(std::min<std::uint64_t>(kept["replicas"].as_uint(), UINT32_MAX));
  workload.deleting = seen.meta.deleting;
  workload.trouble = kept["trouble"].as_string();
  workload.needs = needs_in(kept["needs"]);
  workload.version = seen.meta.version;
  workload.removes = removals_in(kept["removes"].as_string());
  return workload;
}

Adopted adopted_of(const Seen& seen) {
  const Workload is = workload_of(seen);
  return {is.key, is.uid, is.service, is.replicas, seen.kept["scaledBy"].as_string(), is.deleting};
}

void add_deployment(Cluster& cluster, const Seen& seen) {
  if (!seen.kept["set"].as_string().empty()) {
    cluster.workloads.push_back(workload_of(seen));
  } else if (!seen.kept["scaledBy"].is_null()) {
    cluster.adopted.push_back(adopted_of(seen));
  }
}

Pod pod_of(const Seen& seen) {
  const json::Value& kept = seen.kept;
  Pod pod;
  pod.key = seen.meta.key;
  pod.uid = seen.meta.uid;
  pod.set = SetId(kept["set"].as_string());
  pod.host = kept["host"].as_string();
  const unsigned long port = std::strtoul(kept["port"].as_string().c_str(), nullptr, 10);
  pod.port = port <= 65'535 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
  const std::uint64_t flags = kept["flags"].as_uint();
  pod.running = (flags & kRunning) != 0;
  pod.ready = (flags & kReady) != 0;
  pod.ended = (flags & kEnded) != 0;
  pod.marked = (flags & kMarked) != 0;
  pod.owned = (flags & kOwned) != 0;
  if (!kept["owner"].is_null())
    pod.place = Place{Uid(kept["owner"].as_string()), static_cast<std::uint32_t>(kept["ordinal"].as_uint()),
                      !kept["node"].is_null(), kept["node"].as_string()};
  pod.deleting = seen.meta.deleting;
  pod.restarts = static_cast<std::uint32_t>(std::min<std::uint64_t>(kept["restarts"].as_uint(), UINT32_MAX));
  if (pod.ready) pod.ready_since = instant_of(kept["since"].as_string());
  pod.created = instant_of(kept["created"].as_string()).value_or(Instant{});
  pod.trouble = kept["trouble"].as_string();
  pod.ending = kept["ending"].as_string();
  for (const char* voice : {"spoke", "speaks"}) {
    if (!kept[voice].is_null()) pod.voice = Voice{kept[voice].as_string(), voice == std::string_view("spoke")};
  }
  return pod;
}

std::optional<Instant> instant_of(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (read != 6 || text.size() < 20 || text.back() != 'Z' || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace depops::agent::kubernetes
