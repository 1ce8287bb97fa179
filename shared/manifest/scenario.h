#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/manifest/diagnostic.h"
#include "shared/manifest/node.h"
#include "shared/rollout/report.h"
#include "shared/rollout/verb.h"

// What `depops rollout simulate` reads: how the versions behave, what happens meanwhile, and how it should end. A
// document of its own (kind Scenario); the hub takes none.
namespace depops::manifest {

// A value that a metric reads from every instance of a version.
struct Level {
  double mean = 0;
  double spread = 0;  // standard deviation between two readings
  bool operator==(const Level&) const = default;
};

// How the instances of one version behave.
struct Behaviour {
  Millis ready_after{2'000};
  bool never_ready = false;
  double error_share = 0;  // of the requests, [0, 1]
  Millis response_time{50};
  std::optional<Millis> crash_after;    // an instance ends by itself so long after it became ready
  std::map<std::string, Level> values;  // by metric
  bool operator==(const Behaviour&) const = default;
};

struct ScenarioVersion {
  VersionLabel label;
  Behaviour behaviour;
  bool operator==(const ScenarioVersion&) const = default;
};

struct BehaviourChange {
  std::optional<Millis> ready_after;
  std::optional<bool> never_ready;
  std::optional<double> error_share;
  std::optional<Millis> response_time;
  std::uint32_t crash = 0;  // so many instances end by themselves now
  std::map<std::string, Level> values;
  bool operator==(const BehaviourChange&) const = default;
};

struct ScenarioVerb {
  rollout::Verb verb = rollout::Verb::pause;
  Actor by;
  std::string reason;
  std::optional<std::uint32_t> replicas{};  // of scale; absent: what the version declares
  bool operator==(const ScenarioVerb&) const = default;
};

struct ScenarioEvent {
  Millis at{0};  // since the rollout was asked for
  std::optional<ScenarioVerb> verb;
  std::optional<double> rps;
  std::optional<bool> router;  // whether it can be reached
  std::optional<bool> hooks;   // whether they do what they should
  std::optional<BehaviourChange> target;
  std::optional<BehaviourChange> stable;
  bool operator==(const ScenarioEvent&) const = default;
};

// All that is given must hold.
struct Expected {
  rollout::State state = rollout::State::completed;
  std::string pause;             // why it stands still at the end
  std::optional<Millis> within;  // it came into that state no later
  std::optional<std::uint64_t> failed_requests;
  std::string saying;  // text within the reason it gives
  bool operator==(const Expected&) const = default;
};

struct Scenario {
  std::string name;
  ServiceName service;  // empty: the only pipeline there is
  std::optional<std::uint32_t> replicas;
  double rps = 0;
  double match_share = 0.02;  // of the requests, [0, 1]: with the header or cookie of a setHeader step
  Millis artifact_after{1'000};
  std::optional<ScenarioVersion> stable;  // absent: the first deployment
  ScenarioVersion target;
  std::vector<ScenarioEvent> events;  // by time
  Millis limit{3'600'000};
  std::uint64_t seed = 1;
  std::optional<Expected> expect;
  bool operator==(const Scenario&) const = default;
};

struct ParsedScenario {
  bool meant = false;                // the file says that it is one
  std::optional<Scenario> scenario;  // there if and only if there is no diagnostic
  std::vector<Diagnostic> diagnostics;
};

// Judges the one tree of `file` by the schema's definition "scenario" and by what a schema can not say.
ParsedScenario judge_scenario(const std::vector<Node>& documents, const Node& schema, const std::string& file);

}  // namespace depops::manifest
