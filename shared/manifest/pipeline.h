#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/manifest/node.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/snapshot.h"

// A Pipeline file as values: how the versions of one service travel. Everything in it passed the schema.
namespace depops::manifest {

// Something the format already has words for and this version does not act upon. Acting as if it were not there could
// start what a person wanted held, so whoever resolves an environment refuses it (see resolve.h).
struct Later {
  Place place;
  std::string what;  // "environments[1].approvals"
  bool operator==(const Later&) const = default;
};

struct AnalysisStep {
  TemplateName analysis_template;
  Millis duration{0};
  std::map<std::string, std::string> args;
  bool operator==(const AnalysisStep&) const = default;
};

using Step = std::variant<rollout::SetWeight, rollout::Pause, AnalysisStep, rollout::SetScale, rollout::SetHeader,
                          rollout::Batch, rollout::Approval, rollout::Hook>;

// Beside the steps.
struct BackgroundAnalysis {
  TemplateName analysis_template;
  std::uint32_t from_step = 1;  // counted from 1
  std::map<std::string, std::string> args;
  bool operator==(const BackgroundAnalysis&) const = default;
};

struct Canary {
  std::vector<Step> steps;  // in the order of the file, without those that come later
  bool dynamic_stable_scale = false;
  std::optional<BackgroundAnalysis> background{};
  rollout::Ladder ladder = rollout::Ladder::canary;  // blue-green: the switch is the setWeight 100
  rollout::CountOrPercent max_surge{25, true};
  rollout::CountOrPercent max_unavailable{0, true};
  bool operator==(const Canary&) const = default;
};

using Strategy = std::variant<rollout::Rolling, Canary>;

// All that is given must match. Never empty: all sites are written `all: true`.
struct SiteSelector {
  bool all = false;
  std::vector<std::string> names;    // site names, `*` matches any run of characters
  std::vector<std::string> regions;  // values of the label `region`, likewise
  std::map<std::string, std::string> match_labels;
  bool operator==(const SiteSelector&) const = default;
};

struct Wave {
  WaveName name;
  SiteSelector sites;
  rollout::CountOrPercent max_concurrent{1, false};  // of the wave's sites; at least one site
  Millis bake{0};
  bool operator==(const Wave&) const = default;
};

struct Environment {
  EnvironmentName name;
  EnvironmentName promote_from;  // empty: versions come straight from the build
  std::map<std::string, std::string> settings;
  std::optional<std::uint32_t> replicas;  // instead of the workload's
  Strategy strategy;
  Millis step_timeout{600'000};
  Millis bake{0};
  Millis keep_old_for{0};
  rollout::OnFailure on_failure = rollout::OnFailure::rollback;
  Millis answer_within{900'000};
  std::vector<Wave> waves;  // never empty: without any in the file, one wave "all" with every site, one at a time
  rollout::RollbackScope rollback_scope = rollout::RollbackScope::wave;
  std::vector<Later> later;
  bool operator==(const Environment&) const = default;
};

struct Pipeline {
  ServiceName service;  // metadata.name
  std::map<std::string, std::string> labels;
  std::optional<rollout::ProcessWorkload> process;             // with manifests: only what counts there, too
  std::optional<rollout::Manifests> manifests{};               // the workload is Kubernetes' and no process
  std::map<std::string, rollout::ProcessWorkload> companions;  // of the process, by name
  Millis min_ready{0};
  std::vector<Environment> environments;  // 1..50, names differ
  std::vector<Later> later;               // of the pipeline as a whole
  bool operator==(const Pipeline&) const = default;

  // The environment of that name, or null.
  const Environment* find(const EnvironmentName& name) const noexcept;
};

}  // namespace depops::manifest
