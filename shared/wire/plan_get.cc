#include "depops/v1/plan.pb.h"
#include "shared/rollout/companions.h"
#include "shared/wire/convert.h"
#include "shared/wire/gates.h"
#include "shared/wire/metrics.h"
#include "shared/wire/plan_rows.h"

namespace depops::wire {
namespace {

constexpr std::uint32_t kCountMax = 1'000'000;

constexpr EnumRow<rollout::Readiness::Kind, v1::Readiness::Kind> kReadinessRows[] = {
    {rollout::Readiness::Kind::http, v1::Readiness::KIND_HTTP},
    {rollout::Readiness::Kind::tcp, v1::Readiness::KIND_TCP},
};

rollout::ProcessWorkload get_process(const v1::ProcessWorkload& message, Intake& in) {
  rollout::ProcessWorkload workload;
  in.count(message.command_size(), "command", kArgumentsMax);
  for (const std::string& argument : message.command()) {
    workload.command.push_back(in.text(argument, "command", kValueMax));
  }
  workload.port_variable = in.text(message.port_variable(), "port_variable", kIdMax);
  workload.readiness.kind = from_wire(kReadinessRows, message.readiness().kind(), in, "readiness.kind");
  workload.readiness.path = in.text(message.readiness().path(), "readiness.path");
  workload.readiness.interval = in.duration(message.readiness().interval_ms(), "readiness.interval");
  workload.readiness.timeout = in.duration(message.readiness().timeout_ms(), "readiness.timeout");
  workload.replicas = in.number32(message.replicas(), "replicas", kReplicasMax);
  workload.drain = in.duration(message.drain_ms(), "drain");
  if (message.has_memory_bytes()) workload.limits.memory_bytes = in.number(message.memory_bytes(), "memory_bytes");
  if (message.has_open_files()) workload.limits.open_files = message.open_files();
  return workload;
}

rollout::Manifests get_manifests(const v1::ManifestWorkload& message, Intake& in) {
  rollout::Manifests manifests;
  in.count(message.files_size(), "manifests.files", kManifestFilesMax);
  in.require(message.files_size() > 0, "manifests.files", "is missing");
  for (const std::string& file : message.files()) manifests.files.push_back(in.needed(file, "manifests.files"));
  return manifests;
}

void get_workload(const v1::VersionSnapshot& message, rollout::VersionSnapshot& snapshot, Intake& in) {
  if (message.has_manifests()) {
    snapshot.manifests = get_manifests(message.manifests(), in);
    snapshot.workload.replicas = in.number32(message.manifests().replicas(), "manifests.replicas", kReplicasMax);
    snapshot.workload.drain = in.duration(message.manifests().drain_ms(), "manifests.drain");
    return;
  }
  if (!message.has_process())
    in.fail(Errc::unsupported, "workload: it is missing or not known here; upgrade this side");
  snapshot.workload = get_process(message.process(), in);
  in.require(!snapshot.workload.command.empty(), "command", "is missing");
}

// Beside manifests a companion is one of them and has no command.
rollout::ProcessWorkload get_companion(const v1::Companion& message, bool in_manifests, Intake& in) {
  rollout::ProcessWorkload companion = get_process(message.process(), in);
  in.require(in_manifests || !companion.command.empty(), "companions.command", "is missing");
  in.require(!in_manifests || companion.command.empty(), "companions.command", "is there, beside manifests");
  return companion;
}

rollout::CountOrPercent get_amount(const v1::CountOrPercent& message, Intake& in, const char* field) {
  return {in.number32(message.value(), field, message.percent() ? 100 : kCountMax), message.percent()};
}

rollout::SetHeader get_header(const v1::SetHeader& message, Intake& in) {
  rollout::SetHeader header;
  header.name = in.needed(message.name(), "set_header.name");
  if (!message.has_match()) return header;
  header.match = get(message.match(), in);
  const auto checked = rollout::check_forced({{header.name, *header.match, SetId("target")}});
  if (!checked.ok()) in.fail(Errc::invalid, "set_header: " + checked.error().what);
  return header;
}

rollout::Step get_step(const v1::Step& message, Intake& in) {
  switch (message.step_case()) {
    case v1::Step::kSetWeight:
      return rollout::SetWeight{in.number32(message.set_weight(), "set_weight", 100)};
    case v1::Step::kPause:
      if (!message.pause().has_duration_ms()) return rollout::Pause{};
      return rollout::Pause{in.duration(message.pause().duration_ms(), "pause.duration")};
    case v1::Step::kAnalysis:
      return get(message.analysis(), in);
    case v1::Step::kSetScale:
      return rollout::SetScale{get_amount(message.set_scale(), in, "set_scale")};
    case v1::Step::kBatch:
      return rollout::Batch{get_amount(message.batch(), in, "batch")};
    case v1::Step::kSetHeader:
      return get_header(message.set_header(), in);
    case v1::Step::kApproval:
      return get(message.approval(), in);
    case v1::Step::kHook:
      return get(message.hook(), in);
    case v1::Step::STEP_NOT_SET:
      break;
  }
  in.fail(Errc::unsupported, "step: its kind is missing or not known here; upgrade this side");
  return rollout::Pause{};
}

rollout::Strategy get_strategy(const v1::Plan& message, Intake& in) {
  if (message.has_rolling()) {
    return rollout::Rolling{get_amount(message.rolling().max_surge(), in, "rolling.max_surge"),
                            get_amount(message.rolling().max_unavailable(), in, "rolling.max_unavailable")};
  }
  rollout::Canary canary;
  if (!message.has_canary()) in.fail(Errc::unsupported, "strategy: it is missing or not known here; upgrade this side");
  in.count(message.canary().steps_size(), "canary.steps", kStepsMax);
  if (!in.ok()) return canary;
  for (const auto& step : message.canary().steps()) canary.steps.push_back(get_step(step, in));
  canary.dynamic_stable_scale = message.canary().dynamic_stable_scale();
  canary.ladder = message.canary().blue_green() ? rollout::Ladder::blue_green : rollout::Ladder::canary;
  if (message.canary().has_max_surge())
    canary.max_surge = get_amount(message.canary().max_surge(), in, "canary.max_surge");
  if (message.canary().has_max_unavailable())
    canary.max_unavailable = get_amount(message.canary().max_unavailable(), in, "canary.max_unavailable");
  if (message.canary().has_background()) {
    const auto& background = message.canary().background();
    canary.background = rollout::Background{get(background.analysis(), in).spec, background.from()};
  }
  return canary;
}

void get_care(const v1::Plan& message, rollout::Plan& plan, Intake& in) {
  if (message.on_failure() != v1::ON_FAILURE_UNSPECIFIED)
    plan.on_failure = from_wire(kOnFailureRows<v1::OnFailure>, message.on_failure(), in, "on_failure");
  if (message.answer_within_ms() != 0) plan.answer_within = in.duration(message.answer_within_ms(), "answer_within");
  plan.bake = in.duration(message.bake_ms(), "bake");
  plan.keep_warm = in.duration(message.keep_warm_ms(), "keep_warm");
}

rollout::Wave get_wave(const v1::Wave& message, Intake& in) {
  rollout::Wave wave;
  wave.name = in.optional_name<WaveName>(message.name(), "wave.name");
  in.count(message.sites_size(), "wave.sites", kSitesMax);
  for (const std::string& site : message.sites()) wave.sites.push_back(in.name<SiteName>(site, "wave.sites"));
  wave.max_concurrent = message.max_concurrent();
  wave.bake = in.duration(message.bake_ms(), "wave.bake");
  return wave;
}

}  // namespace

rollout::RouteMatch get(const v1::RouteMatch& message, Intake& in) {
  rollout::RouteMatch match;
  match.key = from_wire(kRouteKeyRows<v1::RouteMatch::Key>, message.key(), in, "match.key");
  match.name = in.text(message.name(), "match.name", kIdMax);
  in.count(message.values_size(), "match.values", rollout::kMaxRouteValues);
  for (const std::string& value : message.values()) match.values.push_back(in.text(value, "match.values"));
  return match;
}

rollout::VersionSnapshot get(const v1::VersionSnapshot& message, Intake& in) {
  rollout::VersionSnapshot snapshot;
  snapshot.service = in.name<ServiceName>(message.service(), "target.service");
  snapshot.environment = in.name<EnvironmentName>(message.environment(), "target.environment");
  snapshot.label = in.label(message.label(), "target.label");
  snapshot.set = in.id<SetId>(message.set(), "target.set");
  snapshot.artifact = in.digest(message.artifact(), "target.artifact");
  snapshot.artifact_size = in.number(message.artifact_size(), "target.artifact_size");
  in.count(message.settings_size(), "settings", kSettingsMax);
  for (const auto& setting : message.settings()) {
    const std::string name = in.needed(setting.name(), "settings.name");
    const bool added = snapshot.settings.emplace(name, in.text(setting.value(), "settings.value", kValueMax)).second;
    in.require(added, "settings", "has a name twice");
  }
  get_workload(message, snapshot, in);
  in.count(message.companions_size(), "companions", rollout::kCompanionsMax);
  for (const auto& companion : message.companions()) {
    if (!in.ok()) break;
    const std::string name = in.needed(companion.name(), "companions.name");
    const auto added = snapshot.companions.emplace(name, get_companion(companion, snapshot.manifests.has_value(), in));
    in.require(added.second, "companions", "has a name twice");
  }
  return snapshot;
}

rollout::Analysis get(const v1::Analysis& message, Intake& in) {
  rollout::Analysis analysis;
  analysis.spec.name = in.name<TemplateName>(message.name(), "analysis.name");
  in.count(message.metrics_size(), "analysis.metrics", kMetricsMax);
  in.require(message.metrics_size() > 0, "analysis.metrics", "is empty");
  for (const auto& metric : message.metrics()) {
    if (in.ok()) analysis.spec.metrics.push_back(get(metric, in));
  }
  analysis.duration = in.duration(message.duration_ms(), "analysis.duration");
  return analysis;
}

rollout::Plan get(const v1::Plan& message, Intake& in) {
  rollout::Plan plan;
  plan.release = in.id<ReleaseId>(message.release(), "release");
  plan.service = in.name<ServiceName>(message.service(), "service");
  plan.environment = in.name<EnvironmentName>(message.environment(), "environment");
  plan.kind = from_wire(kReleaseKindRows<v1::ReleaseKind>, message.kind(), in, "kind");
  plan.target = get(message.target(), in);
  in.require(plan.target.service == plan.service, "target.service", "differs from the plan's service");
  in.require(plan.target.environment == plan.environment, "target.environment", "differs from the plan's environment");
  plan.strategy = get_strategy(message, in);
  plan.step_timeout = in.duration(message.step_timeout_ms(), "step_timeout");
  plan.min_ready = in.duration(message.min_ready_ms(), "min_ready");
  plan.rollback_scope =
      from_wire(kRollbackScopeRows<v1::RollbackScope>, message.rollback_scope(), in, "rollback_scope");
  get_care(message, plan, in);
  in.count(message.waves_size(), "waves", kWavesMax);
  if (!in.ok()) return plan;
  for (const auto& wave : message.waves()) plan.waves.push_back(get_wave(wave, in));
  plan.requested_by = in.optional_id<Actor>(message.requested_by(), "requested_by");
  return plan;
}

}  // namespace depops::wire
