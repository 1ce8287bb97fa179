#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"

namespace depops::hub::api_http {
namespace {

std::string seconds_text(Millis duration) {
  const auto ms = duration.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

struct StepView {
  json::Value operator()(const rollout::SetWeight& step) const {
    json::Value out;
    out.add("type", "setWeight").add("weight", step.percent);
    out.add("text", "weight " + std::to_string(step.percent) + " %");
    return out;
  }
  json::Value operator()(const rollout::Pause& step) const {
    json::Value out;
    out.add("type", "pause");
    if (step.duration) out.add("durationMs", std::int64_t{step.duration->count()});
    out.add("text", step.duration ? "pause " + seconds_text(*step.duration) : "pause until somebody advances");
    return out;
  }
  json::Value operator()(const rollout::SetScale& step) const {
    const std::string amount = std::to_string(step.replicas.value);
    const std::string text = step.replicas.percent ? amount + " % of the instances" : amount + " instances";
    json::Value out;
    out.add("type", "setScale").add("text", "scale to " + text);
    return out;
  }
  json::Value operator()(const rollout::Batch& step) const {
    const std::string amount = std::to_string(step.instances.value);
    json::Value out;
    out.add("type", "batch").add("text", "batch of " + amount + (step.instances.percent ? " % of the instances" : ""));
    return out;
  }
  json::Value operator()(const rollout::SetHeader& step) const {
    json::Value out;
    out.add("type", "setHeader").add("route", step.name);
    out.add("text", step.match ? "requests with " + rollout::describe(*step.match) : "route " + step.name + " ends");
    return out;
  }
  json::Value operator()(const rollout::Hook& step) const {
    json::Value out;
    out.add("type", "hook").add("name", step.name).add("undo", step.undo.has_value());
    out.add("text", "hook " + step.name + (step.undo ? ", taken back on the way back" : ""));
    return out;
  }
  json::Value operator()(const rollout::Approval& step) const {
    json::Value out;
    out.add("type", "approval").add("count", step.count);
    if (step.timeout) out.add("durationMs", std::int64_t{step.timeout->count()});
    out.add("text", "approval by " + std::to_string(step.count) + (step.count == 1 ? " person" : " different people"));
    return out;
  }
  json::Value operator()(const rollout::Analysis& step) const {
    json::Value metrics = json::Value::array();
    for (const auto& metric : step.spec.metrics) metrics.push(metric.name.str());
    json::Value out;
    out.add("type", "analysis").add("template", step.spec.name.str());
    out.add("durationMs", std::int64_t{step.duration.count()}).add("metrics", std::move(metrics));
    out.add("text", "analysis " + step.spec.name.str() + " for " + seconds_text(step.duration));
    return out;
  }
};

void add_plan(json::Value& out, const rollout::Plan& plan) {
  json::Value steps = json::Value::array();
  const auto* canary = std::get_if<rollout::Canary>(&plan.strategy);
  if (canary != nullptr)
    for (const rollout::Step& step : canary->steps) steps.push(std::visit(StepView{}, step));
  json::Value waves = json::Value::array();
  for (const rollout::Wave& wave : plan.waves) {
    json::Value sites = json::Value::array();
    for (const SiteName& site : wave.sites) sites.push(site.str());
    json::Value item;
    item.add("name", wave.name.str()).add("sites", std::move(sites)).add("maxConcurrent", wave.max_concurrent);
    waves.push(std::move(item));
  }
  const bool blue_green = canary != nullptr && canary->ladder == rollout::Ladder::blue_green;
  out.add("strategy", blue_green ? "blueGreen" : canary != nullptr ? "canary" : "rolling");
  out.add("steps", std::move(steps)).add("waves", std::move(waves));
}

json::Value set_view(const rollout::SetStatus& set) {
  json::Value out;
  out.add("version", set.label.str()).add("set", set.set.str()).add("desired", set.desired);
  out.add("ready", set.ready).add("available", set.available).add("weight", set.weight);
  out.add("verifiedLevel", std::uint32_t{set.verified_level}).add("declared", set.declared);
  return out;
}

void add_quorum(json::Value& out, std::uint32_t needed, const std::vector<std::string>& given) {
  if (needed == 0) return;
  json::Value quorum;
  quorum.add("needed", needed).add("approvedBy", texts(given));
  out.add("approval", std::move(quorum));
}

json::Value rollout_view(const Rollout& rollout, const rollout::Plan& plan) {
  const rollout::RolloutStatus& status = rollout.status;
  json::Value sets = json::Value::array();
  for (const auto& set : status.sets) sets.push(set_view(set));
  json::Value out;
  out.add("id", rollout.id.str()).add("site", rollout.site.str());
  out.add("wave", rollout.wave < plan.waves.size() ? plan.waves[rollout.wave].name.str() : "");
  out.add("state", rollout::name_of(status.state)).add("phase", status.phase);
  out.add("step", status.step).add("steps", status.steps).add("attempt", status.attempt);
  out.add("strategySkipped", status.strategy_skipped);
  out.add("sets", std::move(sets)).add("pauses", texts(status.pauses)).add("reason", status.reason);
  out.add("routes", texts(status.routes));
  add_quorum(out, status.approvals_needed, status.approved_by);
  add_text(out, "actor", status.actor.str());
  add_time(out, "exposedAt", status.exposed_at);
  add_time(out, "detectedAt", status.detected_at);
  add_time(out, "safeAt", status.safe_at);
  out.add("asOf", time_text(rollout.updated));
  if (status.size) out.add("size", *status.size);
  return out;
}

json::Value arm_view(const analysis::Arm& arm) {
  json::Value out;
  out.add("requests", arm.requests).add("errors", arm.errors);
  return out;
}

json::Value measurement_view(const SiteName& site, const rollout::WindowJudged& judged) {
  const analysis::Measurement& measurement = judged.measurement;
  json::Value window;
  window.add("from", time_text(measurement.window.from)).add("to", time_text(measurement.window.to));
  json::Value out;
  out.add("site", site.str()).add("step", judged.step).add("attempt", judged.attempt);
  out.add("metric", measurement.metric.str()).add("outcome", analysis::name_of(measurement.outcome));
  out.add("window", std::move(window)).add("canary", arm_view(measurement.window.canary));
  out.add("stable", arm_view(measurement.window.stable));
  out.add("value", measurement.value).add("limit", measurement.limit);
  out.add("sentence", measurement.sentence).add("at", time_text(judged.at));
  return out;
}

// How many measurements of each metric are shown, where its template says so.
std::map<MetricName, std::uint32_t> retentions_of(const rollout::Plan& plan) {
  std::map<MetricName, std::uint32_t> found;
  const auto add = [&](const analysis::AnalysisSpec& spec) {
    for (const analysis::MetricSpec& metric : spec.metrics) {
      if (metric.retention > 0) found[metric.name] = std::max(found[metric.name], metric.retention);
    }
  };
  const auto* canary = std::get_if<rollout::Canary>(&plan.strategy);
  if (canary == nullptr) return found;
  for (const rollout::Step& step : canary->steps) {
    if (const auto* analysis = std::get_if<rollout::Analysis>(&step)) add(analysis->spec);
  }
  if (canary->background) add(canary->background->spec);
  return found;
}

// In order; of a metric with a retention the newest of each site.
json::Value measurements_view(const DeploymentView& view, const rollout::Plan& plan, Codec& codec) {
  const auto retentions = retentions_of(plan);
  std::map<std::pair<SiteName, MetricName>, std::uint32_t> shown;
  std::vector<json::Value> newest_first;
  for (auto event = view.events.rbegin(); event != view.events.rend(); ++event) {
    if (event->kind != "measurement" || event->report_bytes.empty()) continue;
    const auto report = codec.decode_report(event->report_bytes);
    const auto* judged = report ? std::get_if<rollout::WindowJudged>(&report.value()) : nullptr;
    if (judged == nullptr) continue;
    const auto most = retentions.find(judged->measurement.metric);
    if (most != retentions.end() && ++shown[{event->site, most->first}] > most->second) continue;
    newest_first.push_back(measurement_view(event->site, *judged));
  }
  json::Value out = json::Value::array();
  for (auto one = newest_first.rbegin(); one != newest_first.rend(); ++one) out.push(std::move(*one));
  return out;
}

// The earliest of a time over all rollouts, or the latest for `safeAt`: users are safe when the last site is.
void add_times(json::Value& out, const std::vector<Rollout>& rollouts) {
  std::optional<Instant> exposed;
  std::optional<Instant> detected;
  std::optional<Instant> safe;
  for (const Rollout& rollout : rollouts) {
    const auto& status = rollout.status;
    if (status.exposed_at && (!exposed || *status.exposed_at < *exposed)) exposed = status.exposed_at;
    if (status.detected_at && (!detected || *status.detected_at < *detected)) detected = status.detected_at;
    if (status.safe_at && (!safe || *status.safe_at > *safe)) safe = status.safe_at;
  }
  add_time(out, "exposedAt", exposed);
  add_time(out, "detectedAt", detected);
  add_time(out, "safeAt", safe);
}

json::Value summary_at(const Deployment& deployment, std::uint64_t updated) {
  json::Value out;
  out.add("id", deployment.id.str()).add("service", deployment.service.str());
  out.add("version", deployment.version.str());
  add_text(out, "previousVersion", deployment.previous.str());
  out.add("environment", deployment.environment.str());
  out.add("kind", deployment.kind == rollout::ReleaseKind::rollback ? "rollback" : "forward");
  out.add("state", rollout::name_of(deployment.state)).add("reason", deployment.reason);
  out.add("actor", deployment.actor.str()).add("startedAt", time_text(deployment.created));
  add_time(out, "endedAt", deployment.ended);
  out.add("changeFailed", deployment.failure.has_value());
  if (deployment.failure) out.add("failureReason", deployment.failure->reason);
  out.add("updatedSeq", updated);
  return out;
}

}  // namespace

json::Value summary(const ListedDeployment& listed) { return summary_at(listed.deployment, listed.newest_event); }

Result<json::Value> view(const DeploymentView& view, Codec& codec) {
  DEPOPS_TRY(const rollout::Plan plan, codec.decode_plan(view.plan.bytes));
  json::Value out = summary_at(view.deployment, view.events.empty() ? 0 : view.events.back().id);
  add_text(out, "release", view.deployment.release.str());
  out.add("planDigest", view.deployment.plan.str());
  add_plan(out, plan);
  json::Value rollouts = json::Value::array();
  for (const Rollout& rollout : view.rollouts) rollouts.push(rollout_view(rollout, plan));
  json::Value waiting = json::Value::array();
  for (const Reason& reason : view.deployment.waiting_for) waiting.push(to_json(reason));
  out.add("rollouts", std::move(rollouts)).add("measurements", measurements_view(view, plan, codec));
  out.add("waiting", std::move(waiting));
  add_quorum(out, view.deployment.approvals_needed, view.deployment.approved_by);
  add_times(out, view.rollouts);
  return out;
}

}  // namespace depops::hub::api_http
