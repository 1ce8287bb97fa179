#include "agent/gateway/standing.h"

#include <algorithm>

namespace depops::agent::gateway {
namespace {

constexpr std::size_t kMessageMax = 300;  // of a controller's words

std::string or_else(const json::Value& value, const std::string& otherwise) {
  return value.as_string().empty() ? otherwise : value.as_string();
}

bool is_same_parent(const json::Value& wished, const json::Value& told, const std::string& space) {
  return wished["name"] == told["name"] && or_else(wished["kind"], "Gateway") == or_else(told["kind"], "Gateway") &&
         or_else(wished["group"], "gateway.networking.k8s.io") == or_else(told["group"], "gateway.networking.k8s.io") &&
         or_else(wished["namespace"], space) == or_else(told["namespace"], space) &&
         wished["sectionName"].as_string() == told["sectionName"].as_string() &&
         wished["port"].as_int() == told["port"].as_int();
}

// What a parent says of one condition; empty: it is true for this generation.
std::string lack_of(const json::Value& told, const char* type, std::int64_t generation) {
  const auto& conditions = told["conditions"].items();
  const auto found = std::find_if(conditions.begin(), conditions.end(),
                                  [&](const json::Value& one) { return one["type"].as_string() == type; });
  if (found == conditions.end()) return std::string("has no word about ") + type;
  const std::int64_t observed = (*found)["observedGeneration"].as_int();
  if (observed < generation)
    return std::string(type) + " is told of generation " + std::to_string(observed) + ", written was " +
           std::to_string(generation);
  if ((*found)["status"].as_string() == "True") return {};
  return std::string(type) + " is " + or_else((*found)["status"], "unknown") + " (" + (*found)["reason"].as_string() +
         ": " + (*found)["message"].as_string().substr(0, kMessageMax) + ")";
}

std::string lack_of(const json::Value& object, const json::Value& wished) {
  const std::int64_t generation = object["metadata"]["generation"].as_int();
  const std::string name = or_else(wished["kind"], "Gateway") + " " + wished["name"].as_string();
  bool told = false;
  for (const json::Value& parent : object["status"]["parents"].items()) {
    if (!is_same_parent(wished, parent["parentRef"], object["metadata"]["namespace"].as_string())) continue;
    told = true;
    for (const char* type : {"Accepted", "ResolvedRefs"}) {
      const std::string lack = lack_of(parent, type, generation);
      if (!lack.empty()) return name + ": " + lack;
    }
  }
  return told ? std::string() : name + " has not said that it carries this route out";
}

}  // namespace

kubernetes::Standing standing_of(const json::Value& object) {
  const auto& parents = object["spec"]["parentRefs"].items();
  if (parents.empty()) return {false, "it names no gateway in spec.parentRefs, so nobody carries it out"};
  for (const json::Value& parent : parents) {
    std::string lack = lack_of(object, parent);
    if (!lack.empty()) return {false, std::move(lack)};
  }
  return {};
}

}  // namespace depops::agent::gateway
