#pragma once

#include "hub/ports/records.h"
#include "hub/store_sqlite/column.h"

// The columns of each table, in the names of migrations/NNN.sql.
namespace depops::hub::store_sqlite {

template <Is<Environment> R>
auto columns(R& r) {
  return std::tuple(col("name", r.name), col("tier", r.tier), col("created", r.created));
}

template <Is<Site> R>
auto columns(R& r) {
  return std::tuple(col("name", r.name), col("environment", r.environment), col("labels", r.labels),
                    col("public_key", r.public_key), col("site_epoch", r.site_epoch), col("created", r.created));
}

template <Is<SiteStatus> R>
auto columns(R& r) {
  return std::tuple(
      col("site", r.site), col("incarnation", r.incarnation), col("session", r.session), col("online", r.online),
      col("heard", r.heard), col("hello", r.hello), col("held", r.held), col("signed_generation", r.signed_generation),
      col("agent_version", r.agent_version), col("base", r.base), col("base_generation", r.base_generation),
      col("trust_version", r.trust_version), col("recovery", r.recovery), col("bad_frames", r.bad_frames),
      col("telemetry", r.telemetry), col("token_number", r.tokens.newest.number), col("token", r.tokens.newest.secret),
      col("token_stray", r.tokens.newest.stray), col("token_open", r.tokens.open), col("frozen", r.frozen),
      col("facts_as_of", r.facts_as_of), col("facts_agreed", r.facts_agreed));
}

template <Is<Artifact> R>
auto columns(R& r) {
  return std::tuple(col("digest", r.digest), col("size", r.size), col("stored", r.stored),
                    col("collected", r.collected));
}

template <Is<Version> R>
auto columns(R& r) {
  return std::tuple(col("service", r.service), col("label", r.label), col("artifact", r.artifact),
                    col("artifact_size", r.artifact_size), col("commit_sha", r.commit_sha),
                    col("committed_at", r.committed_at), col("commits", r.commits), col("published_at", r.published_at),
                    col("published_by", r.published_by));
}

template <Is<PipelineDoc> R>
auto columns(R& r) {
  return std::tuple(col("service", r.service), col("yaml", r.yaml), col("digest", r.digest),
                    col("revision", r.revision), col("applied_at", r.applied_at), col("applied_by", r.applied_by));
}

template <Is<TemplateDoc> R>
auto columns(R& r) {
  return std::tuple(col("name", r.name), col("yaml", r.yaml), col("digest", r.digest), col("revision", r.revision),
                    col("applied_at", r.applied_at), col("applied_by", r.applied_by));
}

template <Is<Release> R>
auto columns(R& r) {
  return std::tuple(col("id", r.id), col("service", r.service), col("version", r.version),
                    col("environment", r.environment), col("change", r.change), col("note", r.note),
                    col("created", r.created), col("actor", r.actor));
}

template <Is<PlanDoc> R>
auto columns(R& r) {
  return std::tuple(col("digest", r.digest), bytes("bytes", r.bytes));
}

template <Is<Deployment> R>
auto columns(R& r) {
  return std::tuple(col("id", r.id), col("number", r.number), col("release", r.release), col("service", r.service),
                    col("environment", r.environment), col("tier", r.tier), col("version", r.version),
                    col("previous", r.previous), col("plan", r.plan), col("kind", r.kind), col("redeploy", r.redeploy),
                    col("state", r.state), col("reason", r.reason), col("waiting_for", r.waiting_for),
                    col("wave", r.wave), col("waves", r.waves), col("sites", r.sites), col("held", r.held),
                    col("stopped", r.stopped), col("undo_all", r.undo_all), col("supersede", r.supersede),
                    col("superseded_by", r.superseded_by), col("created", r.created), col("started", r.started),
                    col("first_exposure", r.first_exposure), col("completed", r.completed), col("ended", r.ended),
                    col("failure", r.failure), col("actor", r.actor), col("approvals_needed", r.approvals_needed),
                    col("approved_by", r.approved_by));
}

template <Is<Rollout> R>
auto columns(R& r) {
  return std::tuple(col("id", r.id), col("deployment", r.deployment), col("site", r.site), col("service", r.service),
                    col("wave", r.wave), col("role", r.role), col("plan", r.plan), col("previous", r.previous),
                    col("previous_plan", r.previous_plan), col("status", r.status), col("sequence", r.sequence),
                    col("created", r.created), col("updated", r.updated), col("ended", r.ended));
}

template <Is<SiteTarget> R>
auto columns(R& r) {
  return std::tuple(col("site", r.site), col("service", r.service), col("rollout", r.rollout),
                    col("deployment", r.deployment), col("epoch", r.epoch), col("plan", r.plan),
                    col("stable_version", r.stable_version), col("stable_plan", r.stable_plan),
                    col("withdrawn", r.withdrawn));
}

template <Is<CommandRow> R>
auto columns(R& r) {
  return std::tuple(col("id", r.command.id), col("site", r.site), col("rollout", r.rollout),
                    col("verb", r.command.verb), col("actor", r.command.actor), col("reason", r.command.reason),
                    col("expected_step", r.command.expected_step), col("given_at", r.command.given_at),
                    col("answered", r.answered), col("accepted", r.accepted), col("answer", r.answer),
                    col("answered_at", r.answered_at), col("replicas", r.command.replicas));
}

template <Is<DesiredDoc> R>
auto columns(R& r) {
  return std::tuple(col("site", r.site), col("generation", r.generation), col("issued", r.issued),
                    bytes("bytes", r.bytes));
}

template <Is<SiteInbox> R>
auto columns(R& r) {
  return std::tuple(col("site", r.site), col("site_epoch", r.site_epoch), col("incarnation", r.incarnation),
                    col("session", r.session), col("past_incarnations", r.past_incarnations), col("frozen", r.frozen),
                    col("cursors", r.cursors));
}

template <Is<IdempotencyRow> R>
auto columns(R& r) {
  return std::tuple(col("key", r.key), col("request", r.request), col("at", r.at), col("answer", r.answer));
}

template <Is<EventRow> R>
auto columns(R& r) {
  return std::tuple(col("id", r.id), col("at", r.at), col("received", r.received), col("kind", r.kind),
                    col("environment", r.environment), col("site", r.site), col("service", r.service),
                    col("deployment", r.deployment), col("rollout", r.rollout), col("sequence", r.sequence),
                    col("text", r.text), bytes("report", r.report_bytes));
}

template <Is<AuditRow> R>
auto columns(R& r) {
  return std::tuple(col("idx", r.index), col("source", r.source), col("site", r.site), col("sequence", r.sequence),
                    col("at", r.leaf.at), col("actor", r.leaf.actor), col("action", r.leaf.action),
                    col("object", r.leaf.object), col("before", r.leaf.before), col("after", r.leaf.after),
                    col("reason", r.leaf.reason), col("cause", r.leaf.cause), bytes("bytes", r.bytes),
                    col("hash", r.hash));
}

template <Is<Counters> R>
auto columns(R& r) {
  return std::tuple(col("release", r.release), col("deployment", r.deployment), col("command", r.command),
                    col("event", r.event), col("audit", r.audit));
}

}  // namespace depops::hub::store_sqlite
