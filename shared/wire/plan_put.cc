#include "depops/v1/plan.pb.h"
#include "shared/wire/convert.h"
#include "shared/wire/gates.h"
#include "shared/wire/metrics.h"
#include "shared/wire/plan_rows.h"

namespace depops::wire {
namespace {

void put_process(const rollout::ProcessWorkload& workload, v1::ProcessWorkload& out) {
  for (const std::string& argument : workload.command) out.add_command(argument);
  out.set_port_variable(workload.port_variable);
  auto* readiness = out.mutable_readiness();
  readiness->set_kind(workload.readiness.kind == rollout::Readiness::Kind::http ? v1::Readiness::KIND_HTTP
                                                                                : v1::Readiness::KIND_TCP);
  readiness->set_path(workload.readiness.path);
  readiness->set_interval_ms(workload.readiness.interval.count());
  readiness->set_timeout_ms(workload.readiness.timeout.count());
  out.set_replicas(workload.replicas);
  out.set_drain_ms(workload.drain.count());
  if (workload.limits.memory_bytes) out.set_memory_bytes(*workload.limits.memory_bytes);
  if (workload.limits.open_files) out.set_open_files(*workload.limits.open_files);
}

void put_workload(const rollout::VersionSnapshot& snapshot, v1::VersionSnapshot& out) {
  if (!snapshot.manifests) return put_process(snapshot.workload, *out.mutable_process());
  auto* message = out.mutable_manifests();
  for (const std::string& file : snapshot.manifests->files) message->add_files(file);
  message->set_replicas(snapshot.workload.replicas);
  message->set_drain_ms(snapshot.workload.drain.count());
}

void put_amount(const rollout::CountOrPercent& amount, v1::CountOrPercent& out) {
  out.set_value(amount.value);
  out.set_percent(amount.percent);
}

struct StepWriter {
  v1::Step& out;
  void operator()(const rollout::SetWeight& weight) const { out.set_set_weight(weight.percent); }
  void operator()(const rollout::Pause& pause) const {
    auto* message = out.mutable_pause();
    if (pause.duration) message->set_duration_ms(pause.duration->count());
  }
  void operator()(const rollout::Analysis& analysis) const { put(analysis, *out.mutable_analysis()); }
  void operator()(const rollout::SetScale& scale) const { put_amount(scale.replicas, *out.mutable_set_scale()); }
  void operator()(const rollout::Batch& batch) const { put_amount(batch.instances, *out.mutable_batch()); }
  void operator()(const rollout::SetHeader& header) const {
    out.mutable_set_header()->set_name(header.name);
    if (header.match) put(*header.match, *out.mutable_set_header()->mutable_match());
  }
  void operator()(const rollout::Hook& hook) const { put(hook, *out.mutable_hook()); }
  void operator()(const rollout::Approval& approval) const { put(approval, *out.mutable_approval()); }
};

struct StrategyWriter {
  v1::Plan& out;
  void operator()(const rollout::Rolling& rolling) const {
    put_amount(rolling.max_surge, *out.mutable_rolling()->mutable_max_surge());
    put_amount(rolling.max_unavailable, *out.mutable_rolling()->mutable_max_unavailable());
  }
  void operator()(const rollout::Canary& canary) const {
    out.mutable_canary();
    for (const rollout::Step& step : canary.steps) std::visit(StepWriter{*out.mutable_canary()->add_steps()}, step);
    out.mutable_canary()->set_dynamic_stable_scale(canary.dynamic_stable_scale);
    out.mutable_canary()->set_blue_green(canary.ladder == rollout::Ladder::blue_green);
    const rollout::Canary plain;  // leaves the bytes as they were before these fields existed
    if (canary.max_surge != plain.max_surge) put_amount(canary.max_surge, *out.mutable_canary()->mutable_max_surge());
    if (canary.max_unavailable != plain.max_unavailable)
      put_amount(canary.max_unavailable, *out.mutable_canary()->mutable_max_unavailable());
    if (!canary.background) return;
    auto* background = out.mutable_canary()->mutable_background();
    put(rollout::Analysis{canary.background->spec, Millis(0)}, *background->mutable_analysis());
    background->set_from(canary.background->from);
  }
};

// What is as it was before these fields existed leaves the bytes as they were.
void put_care(const rollout::Plan& plan, v1::Plan& out) {
  const rollout::Plan plain;
  if (plan.on_failure != plain.on_failure) out.set_on_failure(to_wire(kOnFailureRows<v1::OnFailure>, plan.on_failure));
  if (plan.answer_within != plain.answer_within) out.set_answer_within_ms(plan.answer_within.count());
  out.set_bake_ms(plan.bake.count());
  out.set_keep_warm_ms(plan.keep_warm.count());
}

void put_wave(const rollout::Wave& wave, v1::Wave& out) {
  out.set_name(wave.name.str());
  for (const SiteName& site : wave.sites) out.add_sites(site.str());
  out.set_max_concurrent(wave.max_concurrent);
  out.set_bake_ms(wave.bake.count());
}

}  // namespace

void put(const rollout::RouteMatch& match, v1::RouteMatch& out) {
  out.set_key(to_wire(kRouteKeyRows<v1::RouteMatch::Key>, match.key));
  out.set_name(match.name);
  for (const std::string& value : match.values) out.add_values(value);
}

void put(const rollout::VersionSnapshot& snapshot, v1::VersionSnapshot& out) {
  out.set_service(snapshot.service.str());
  out.set_environment(snapshot.environment.str());
  out.set_label(snapshot.label.str());
  out.set_set(snapshot.set.str());
  out.set_artifact(snapshot.artifact.str());
  out.set_artifact_size(snapshot.artifact_size);
  for (const auto& [name, value] : snapshot.settings) {
    auto* setting = out.add_settings();
    setting->set_name(name);
    setting->set_value(value);
  }
  put_workload(snapshot, out);
  for (const auto& [name, workload] : snapshot.companions) {
    auto* companion = out.add_companions();
    companion->set_name(name);
    put_process(workload, *companion->mutable_process());
  }
}

void put(const rollout::Analysis& analysis, v1::Analysis& out) {
  out.set_name(analysis.spec.name.str());
  for (const analysis::MetricSpec& metric : analysis.spec.metrics) put(metric, *out.add_metrics());
  out.set_duration_ms(analysis.duration.count());
}

void put(const rollout::Plan& plan, v1::Plan& out) {
  out.set_release(plan.release.str());
  out.set_service(plan.service.str());
  out.set_environment(plan.environment.str());
  out.set_kind(to_wire(kReleaseKindRows<v1::ReleaseKind>, plan.kind));
  put(plan.target, *out.mutable_target());
  std::visit(StrategyWriter{out}, plan.strategy);
  out.set_step_timeout_ms(plan.step_timeout.count());
  out.set_min_ready_ms(plan.min_ready.count());
  out.set_rollback_scope(to_wire(kRollbackScopeRows<v1::RollbackScope>, plan.rollback_scope));
  for (const rollout::Wave& wave : plan.waves) put_wave(wave, *out.add_waves());
  put_care(plan, out);
  out.set_requested_by(plan.requested_by.str());
}

}  // namespace depops::wire
