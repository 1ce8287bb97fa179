#include <algorithm>

#include "shared/manifest/quantity.h"
#include "shared/manifest/read.h"

namespace depops::manifest {
namespace {

rollout::Readiness read_readiness(const Node& node) {
  rollout::Readiness readiness;
  const Node* http = node.find("http");
  readiness.kind = http != nullptr ? rollout::Readiness::Kind::http : rollout::Readiness::Kind::tcp;
  if (http != nullptr) readiness.path = text_at(*http, "path", "/ready");
  readiness.interval = duration_at(node, "interval", readiness.interval);
  readiness.timeout = duration_at(node, "timeout", readiness.timeout);
  return readiness;
}

rollout::ResourceLimits read_resources(const Node& node) {
  rollout::ResourceLimits limits;
  if (node.find("memory") != nullptr) limits.memory_bytes = parse_bytes(text_at(node, "memory"));
  if (node.find("openFiles") != nullptr) limits.open_files = static_cast<std::uint32_t>(count_at(node, "openFiles", 0));
  return limits;
}

rollout::ProcessWorkload read_process(const Node& node) {
  rollout::ProcessWorkload process;
  process.command = list_at(node, "command");
  process.port_variable = text_at(node, "portVariable", "PORT");
  process.readiness = read_readiness(*node.find("readiness"));
  process.replicas = static_cast<std::uint32_t>(count_at(node, "replicas", 1));
  process.drain = duration_at(node, "drain", process.drain);
  if (const Node* limits = node.find("limits")) process.limits = read_resources(*limits);
  return process;
}

rollout::ProcessWorkload read_kubernetes(const Node& node) {
  rollout::ProcessWorkload workload;
  workload.replicas = static_cast<std::uint32_t>(count_at(node, "replicas", 1));
  workload.drain = duration_at(node, "drain", workload.drain);
  return workload;
}

// The part of the pipeline's workload, or null.
const Node* workload_of(const Node& node) {
  const Node* workload = node.find("workload");
  return workload == nullptr || workload->items.empty() ? nullptr : &workload->items.front();
}

std::map<std::string, rollout::ProcessWorkload> read_companions(const Node& node) {
  std::map<std::string, rollout::ProcessWorkload> companions;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node* process = node.items[i].find("process");
    companions[node.keys[i].name] =
        process != nullptr ? read_process(*process) : read_kubernetes(*node.items[i].find("kubernetes"));
  }
  return companions;
}

SiteSelector read_selector(const Node& node) {
  return {node.find("all") != nullptr, list_at(node, "names"), list_at(node, "regions"), texts_at(node, "matchLabels")};
}

Wave read_wave(const Node& node, const std::string& path, std::vector<Later>& later) {
  note(node, "approval", path, later);
  note(node, "maxFailures", path, later);
  note(node, "offlineSites", path, later);
  return {WaveName(text_at(node, "name")), read_selector(*node.find("sites")),
          count_or_percent_at(node, "maxConcurrent", {1, false}), duration_at(node, "bake", Millis(0))};
}

void read_care(const Node& kind, Canary canary, Environment& environment) {
  read_beside_steps(kind, canary);
  environment.strategy = std::move(canary);
  environment.keep_old_for = duration_at(kind, "keepOldFor", environment.keep_old_for);
}

void read_strategy(const Node& node, const std::string& path, Environment& environment) {
  const Node& kind = node.items.front();
  environment.step_timeout = duration_at(kind, "stepTimeout", environment.step_timeout);
  environment.bake = duration_at(kind, "bake", environment.bake);
  if (node.find("canary") != nullptr) {
    read_care(kind, {read_steps(*kind.find("steps"), path + ".canary.steps", environment.later)}, environment);
  } else if (node.find("blueGreen") != nullptr) {
    read_care(kind, read_blue_green(kind, path + ".blueGreen", environment.later), environment);
  } else {
    const rollout::Rolling defaults;
    environment.strategy = rollout::Rolling{count_or_percent_at(kind, "maxSurge", defaults.max_surge),
                                            count_or_percent_at(kind, "maxUnavailable", defaults.max_unavailable)};
  }
}

void read_rollback(const Node& node, const std::string& path, Environment& environment) {
  const std::string scope = text_at(node, "scope", "wave");
  environment.rollback_scope = scope == "site"   ? rollout::RollbackScope::site
                               : scope == "wave" ? rollout::RollbackScope::wave
                                                 : rollout::RollbackScope::all;
  const std::string failure = text_at(node, "onFailure", "rollback");
  environment.on_failure = failure == "hold"  ? rollout::OnFailure::hold
                           : failure == "ask" ? rollout::OnFailure::ask
                                              : rollout::OnFailure::rollback;
  environment.answer_within = duration_at(node, "answerWithin", environment.answer_within);
  if (text_at(node, "to", "lastHealthy") != "lastHealthy") note(node, "to", path, environment.later);
  std::vector<std::string> triggers = list_at(node, "triggers");
  std::sort(triggers.begin(), triggers.end());
  const bool as_built = triggers == std::vector<std::string>{"analysisFailed", "stepTimeout"};
  if (!as_built) note(node, "triggers", path, environment.later);
}

void read_promote(const Node& node, const std::string& path, Environment& environment) {
  const std::string from = text_at(node, "from");
  if (from != "build") environment.promote_from = EnvironmentName(from);
  const Node* automatic = node.find("auto");
  if (automatic != nullptr && automatic->is_true()) note(node, "auto", path, environment.later);
  note(node, "soak", path, environment.later);
}

void read_waves(const Node& node, const std::string& path, Environment& environment) {
  const Node* waves = node.find("waves");
  if (waves == nullptr) {
    environment.waves.push_back({WaveName("all"), {true, {}, {}, {}}, {1, false}, Millis(0)});
    return;
  }
  for (std::size_t i = 0; i < waves->items.size(); ++i) {
    const std::string here = path + ".waves[" + std::to_string(i) + "]";
    environment.waves.push_back(read_wave(waves->items[i], here, environment.later));
  }
}

Environment read_environment(const Node& node, const std::string& path) {
  Environment environment;
  environment.name = EnvironmentName(text_at(node, "name"));
  environment.settings = texts_at(node, "settings");
  if (const Node* promote = node.find("promote")) read_promote(*promote, path + ".promote", environment);
  const Node* workload = workload_of(node);
  if (workload != nullptr && workload->find("replicas") != nullptr) {
    environment.replicas = static_cast<std::uint32_t>(count_at(*workload, "replicas", 1));
  }
  read_strategy(*node.find("strategy"), path + ".strategy", environment);
  read_waves(node, path, environment);
  if (const Node* rollback = node.find("rollback")) read_rollback(*rollback, path + ".rollback", environment);
  note(node, "approvals", path, environment.later);
  note(node, "calendar", path, environment.later);
  const Node* change = node.find("change");
  const Node* required = change == nullptr ? nullptr : change->find("required");
  if (required != nullptr && required->is_true()) note(*change, "required", path + ".change", environment.later);
  return environment;
}

}  // namespace

void note(const Node& map, const char* key, const std::string& path, std::vector<Later>& later) {
  const Node* node = map.find(key);
  if (node != nullptr) later.push_back({node->place, path + "." + key});
}

const Environment* Pipeline::find(const EnvironmentName& name) const noexcept {
  for (const Environment& environment : environments) {
    if (environment.name == name) return &environment;
  }
  return nullptr;
}

Pipeline read_pipeline(const Node& document) {
  Pipeline pipeline;
  const Node& spec = *document.find("spec");
  pipeline.service = ServiceName(text_at(*document.find("metadata"), "name"));
  pipeline.labels = texts_at(*document.find("metadata"), "labels");
  const Node& workload = *spec.find("workload");
  if (const Node* process = workload.find("process")) {
    pipeline.process = read_process(*process);
    pipeline.min_ready = duration_at(*process->find("readiness"), "minReady", Millis(0));
  } else if (const Node* kubernetes = workload.find("kubernetes")) {
    pipeline.process = read_kubernetes(*kubernetes);
    pipeline.manifests = rollout::Manifests{list_at(*kubernetes, "manifests")};
    pipeline.min_ready = duration_at(*kubernetes, "minReady", Millis(0));
  }
  if (const Node* companions = spec.find("companions")) pipeline.companions = read_companions(*companions);
  note(spec, "dependsOn", "spec", pipeline.later);
  const Node* artifact = spec.find("artifact");
  const Node* signature = artifact == nullptr ? nullptr : artifact->find("requireSignature");
  if (signature != nullptr && signature->is_true())
    note(*artifact, "requireSignature", "spec.artifact", pipeline.later);
  const Node& environments = *spec.find("environments");
  for (std::size_t i = 0; i < environments.items.size(); ++i) {
    pipeline.environments.push_back(
        read_environment(environments.items[i], "spec.environments[" + std::to_string(i) + "]"));
  }
  return pipeline;
}

}  // namespace depops::manifest
