#include "hub/api_http/views.h"

#include "hub/api_http/site_standing.h"
#include "hub/api_http/text.h"
#include "hub/fleet/belief.h"

namespace depops::hub::api_http {
namespace {

const char* health_word(fleet::Health health) {
  switch (health) {
    case fleet::Health::healthy:
      return "healthy";
    case fleet::Health::unhealthy:
      return "degraded";
    case fleet::Health::unknown:
      break;
  }
  return "unknown";
}

json::Value service_view(const sync::ServiceTelemetry& service) {
  json::Value weights = json::Value::array();
  for (const auto& [version, percent] : service.weights) {
    json::Value weight;
    weight.add("version", version.str()).add("percent", percent);
    weights.push(std::move(weight));
  }
  json::Value out;
  out.add("service", service.service.str()).add("version", service.stable.str());
  out.add("desired", service.desired).add("ready", service.ready).add("weights", std::move(weights));
  out.add("requests", service.requests).add("errors", service.errors);
  return out;
}

// What stands in the way most.
std::string problem_of(const fleet::Belief& belief) {
  if (!belief.frozen.empty()) return "frozen: " + belief.frozen;
  return belief.recovery.empty() ? belief.problem : belief.recovery;
}

json::Value labels_view(const std::map<std::string, std::string>& labels) {
  json::Value out = json::Value::object();
  for (const auto& [name, value] : labels) out.add(name, value);
  return out;
}

}  // namespace

json::Value texts(const std::vector<std::string>& items) {
  json::Value array = json::Value::array();
  for (const std::string& item : items) array.push(item);
  return array;
}

void add_time(json::Value& to, const char* name, const std::optional<Instant>& at) {
  if (at) to.add(name, time_text(*at));
}

void add_text(json::Value& to, const char* name, const std::string& text) {
  if (!text.empty()) to.add(name, text);
}

json::Value view(const Environment& environment) {
  json::Value out;
  out.add("name", environment.name.str()).add("tier", name_of(environment.tier));
  out.add("createdAt", time_text(environment.created));
  return out;
}

namespace {

json::Value clock_view(const sync::ClockState& clock) {
  json::Value out;
  const auto skew = std::chrono::duration_cast<std::chrono::seconds>(clock.skew).count();
  return out.add("trusted", clock.trusted).add("skewSeconds", std::int64_t{skew}), out;
}

}  // namespace

json::Value view(const SiteView& site, Instant now) {
  const fleet::Belief belief = fleet::belief_of(site.status, now);
  json::Value services = json::Value::array();
  if (site.status.telemetry)
    for (const auto& service : site.status.telemetry->services) services.push(service_view(service));
  json::Value generation;
  generation.add("signed", site.status.signed_generation.value()).add("held", site.status.held.value());
  json::Value out;
  out.add("name", site.site.name.str()).add("environment", site.site.environment.str());
  out.add("labels", labels_view(site.site.labels)).add("connectivity", fleet::name_of(belief.connection));
  add_time(out, "lastSeenAt", site.status.heard);
  out.add("health", health_word(belief.health));
  add_time(out, "healthAsOf", belief.as_of);
  if (site.status.telemetry && site.status.telemetry->clock)
    out.add("clock", clock_view(*site.status.telemetry->clock));
  add_text(out, "problem", problem_of(belief));
  if (site.status.telemetry && site.status.telemetry->dropped > 0)
    out.add("telemetryDropped", site.status.telemetry->dropped);
  add_text(out, "frozen", belief.frozen);
  add_text(out, "agentVersion", site.status.agent_version);
  if (const auto version = site.status.trust_version.value(); version > 0)
    out.add("trustVersion", std::int64_t(version));
  out.add("generation", std::move(generation)).add("services", std::move(services));
  if (!site.facts.empty()) out.add("facts", facts_view(site, now));
  add_health(site, now, out);
  add_identity(site, out);
  return out;
}

json::Value view(const Version& version) {
  json::Value commits = json::Value::array();
  for (const Commit& commit : version.commits) {
    json::Value item;
    item.add("sha", commit.sha).add("committedAt", time_text(commit.committed_at));
    commits.push(std::move(item));
  }
  json::Value out;
  out.add("service", version.service.str()).add("label", version.label.str());
  out.add("artifact", version.artifact.str()).add("artifactSize", version.artifact_size);
  out.add("commit", version.commit_sha).add("committedAt", time_text(version.committed_at));
  out.add("publishedAt", time_text(version.published_at)).add("publishedBy", version.published_by.str());
  out.add("commits", std::move(commits));
  return out;
}

namespace {

template <typename Doc>
json::Value document_view(const char* kind, const std::string& name, const Doc& document) {
  json::Value out;
  out.add("kind", kind).add("name", name).add("digest", document.digest.str());
  out.add("appliedAt", time_text(document.applied_at)).add("appliedBy", document.applied_by.str());
  out.add("text", document.yaml);
  return out;
}

}  // namespace

json::Value view(const PipelineDoc& document) { return document_view("Pipeline", document.service.str(), document); }

json::Value view(const TemplateDoc& document) {
  return document_view("AnalysisTemplate", document.name.str(), document);
}

json::Value view(const EventRow& event) {
  json::Value out;
  out.add("seq", event.id).add("at", time_text(event.at)).add("receivedAt", time_text(event.received));
  out.add("kind", event.kind);
  add_text(out, "site", event.site.str());
  out.add("text", event.text);
  return out;
}

json::Value view(const AuditRow& row) {
  json::Value out;
  out.add("seq", row.index).add("at", time_text(row.leaf.at));
  if (row.source == AuditSource::site) out.add("site", row.site.str()).add("siteSeq", row.sequence.value());
  out.add("actor", row.leaf.actor.str()).add("action", row.leaf.action).add("object", row.leaf.object);
  out.add("before", row.leaf.before).add("after", row.leaf.after);
  out.add("reason", row.leaf.reason).add("cause", row.leaf.cause);
  return out;
}

json::Value change_of(const EventRow& event) {
  const auto make = [&](const char* kind, const std::string& id) {
    json::Value out;
    out.add("kind", kind).add("id", id).add("version", event.id);
    return out;
  };
  if (!event.deployment.empty()) return make("deployment", event.deployment.str());
  if (!event.site.empty()) return make("site", event.site.str());
  if (!event.service.empty()) return make("service", event.service.str());
  if (!event.environment.empty()) return make("environment", event.environment.str());
  return make("document", "");
}

}  // namespace depops::hub::api_http
