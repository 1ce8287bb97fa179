#include "agent/kubernetes/events/event_object.h"

#include <chrono>
#include <cstdio>
#include <utility>

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kNoteMost = 1'024;  // bytes; the API refuses longer ones
constexpr std::size_t kPrefixMost = 200;  // bytes of a name before its number
constexpr const char* kController = "depops.io/agent";

std::string cut(const std::string& text) {
  if (text.size() <= kNoteMost) return text;
  std::size_t end = kNoteMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return text.substr(0, end);
}

// "2026-11-26T15:00:00", and what follows.
std::string time_text(Instant at, const char* rest_format) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                 static_cast<int>(time.seconds().count()));
  std::snprintf(text + size, sizeof text - static_cast<std::size_t>(size), rest_format,
                static_cast<int>(time.subseconds().count()));
  return text;
}

std::string seconds_text(Instant at) { return time_text(std::chrono::floor<std::chrono::seconds>(at), "Z"); }
std::string micros_text(Instant at) { return time_text(at, ".%03d000Z"); }

bool is_core(const Resource& kind) { return kind.group.empty(); }

json::Value reference(const Regarding& regarding) {
  json::Value value;
  value.add("apiVersion", api_version_of(regarding.kind)).add("kind", regarding.kind.kind);
  value.add("namespace", regarding.key.space.str()).add("name", regarding.key.name.str());
  if (!regarding.uid.empty()) value.add("uid", regarding.uid.str());
  return value;
}

void add_core(json::Value& body, const EventTold& told) {
  json::Value source;
  source.add("component", "depops-agent");
  const std::string at = seconds_text(told.at);
  body.add("involvedObject", reference(told.regarding)).add("message", cut(told.said.note));
  body.add("source", std::move(source)).add("firstTimestamp", at).add("lastTimestamp", at).add("count", 1);
  body.add("reportingComponent", kController);
}

void add_new(json::Value& body, const EventTold& told) {
  body.add("regarding", reference(told.regarding)).add("note", cut(told.said.note));
  body.add("eventTime", micros_text(told.at)).add("action", "Rollout").add("reportingController", kController);
}

}  // namespace

Wanted new_events() { return {ApiGroup("events.k8s.io"), Plural("events"), {ApiVersion("v1"), ApiVersion("v1beta1")}}; }

Wanted core_events() { return {ApiGroup(""), Plural("events"), {ApiVersion("v1")}}; }

json::Value event_body(const Resource& kind, const EventTold& told) {
  json::Value meta;
  meta.add("name", told.name.str()).add("namespace", told.regarding.key.space.str());
  json::Value body;
  body.add("apiVersion", api_version_of(kind)).add("kind", "Event").add("metadata", std::move(meta));
  body.add("type", told.said.warning ? "Warning" : "Normal").add("reason", told.said.reason);
  body.add("reportingInstance", told.site.str());
  is_core(kind) ? add_core(body, told) : add_new(body, told);
  return body;
}

JsonPatch count_up(const Resource& kind, std::uint32_t count, Instant at) {
  JsonPatch patch;
  if (is_core(kind)) return patch.add("/count", count).add("/lastTimestamp", seconds_text(at));
  json::Value series;
  series.add("count", count).add("lastObservedTime", micros_text(at));
  if (kind.version == ApiVersion("v1beta1")) series.add("state", "Ongoing");
  return patch.add("/series", std::move(series));
}

ObjectName event_name(const ServiceName& service, Instant at, std::uint64_t number) {
  char suffix[48];
  std::snprintf(suffix, sizeof suffix, ".%llx.%llx", static_cast<unsigned long long>(at.time_since_epoch().count()),
                static_cast<unsigned long long>(number));
  return ObjectName(service.str().substr(0, kPrefixMost) + suffix);
}

}  // namespace depops::agent::kubernetes
