#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/words/words.h"

// What Jobs and their pods say, as values. Pure.
namespace depops::agent::kubernetes {

Resource jobs();

enum class JobPhase : std::uint8_t { running, complete, failed, out_of_time };

JobPhase phase_of(const json::Value& job);

// Of the pods of a Job the one that says most about its trouble: one that has failed before one that is held up, and of
// those the newest. Null: there is none.
const json::Value* telling_pod(const std::vector<Object>& pods);

// How that pod ended, or what holds it up; `voice`: whose log says more.
struct PodTold {
  std::string text;  // empty: nothing is wrong with it
  std::optional<Voice> voice;
};
PodTold told_by(const json::Value& pod);

// Jobs of ours that go: those that run and nobody wants (by name), and those that have ended but for the newest `kept`
// of each service.
std::vector<Object> superfluous(const std::vector<Object>& all, const std::set<ObjectName>& wanted, std::size_t kept);

}  // namespace depops::agent::kubernetes
