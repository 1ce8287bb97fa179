#pragma once

#include "hub/ports/identity_records.h"
#include "hub/ports/records.h"
#include "hub/store_sqlite/column.h"
#include "shared/rollout/report.h"

// Values inside rows: they are kept as JSON objects with these names. A name is never used again for something else; a
// name that is missing in an old row reads as the default.
namespace depops::hub::store_sqlite {

template <Is<Reason> R>
auto columns(R& r) {
  return std::tuple(col("rule", r.rule), col("what", r.what), col("blockedBy", r.blocked_by), col("until", r.until),
                    col("who", r.who));
}

template <Is<Commit> R>
auto columns(R& r) {
  return std::tuple(col("sha", r.sha), col("committedAt", r.committed_at));
}

template <Is<CertificateRow> R>
auto columns(R& r) {
  return std::tuple(col("serial", r.serial), col("siteEpoch", r.site_epoch), col("key", r.key), col("issued", r.issued),
                    col("notAfter", r.not_after), col("revoked", r.revoked));
}

template <Is<ChangeFailure> R>
auto columns(R& r) {
  return std::tuple(col("at", r.at), col("reason", r.reason), col("caughtInCanary", r.caught_in_canary),
                    col("foundBy", r.found_by), col("recoveredAt", r.recovered_at));
}

template <Is<SiteCursor> R>
auto columns(R& r) {
  return std::tuple(col("stream", r.stream), col("contiguous", r.contiguous), col("fingerprints", r.fingerprints));
}

template <Is<rollout::SetStatus> R>
auto columns(R& r) {
  return std::tuple(col("set", r.set), col("label", r.label), col("desired", r.desired), col("ready", r.ready),
                    col("available", r.available), col("weight", r.weight), col("verifiedLevel", r.verified_level),
                    col("declared", r.declared));
}

template <Is<rollout::RolloutStatus> R>
auto columns(R& r) {
  return std::tuple(col("rollout", r.rollout), col("deployment", r.deployment), col("service", r.service),
                    col("epoch", r.epoch), col("state", r.state), col("phase", r.phase), col("step", r.step),
                    col("steps", r.steps), col("attempt", r.attempt), col("strategySkipped", r.strategy_skipped),
                    col("sets", r.sets), col("pauses", r.pauses), col("reason", r.reason), col("actor", r.actor),
                    col("exposedAt", r.exposed_at), col("detectedAt", r.detected_at), col("safeAt", r.safe_at),
                    col("size", r.size), col("approvalsNeeded", r.approvals_needed), col("approvedBy", r.approved_by));
}

template <Is<sync::ServiceTelemetry> R>
auto columns(R& r) {
  return std::tuple(col("service", r.service), col("stable", r.stable), col("desired", r.desired),
                    col("ready", r.ready), col("weights", r.weights), col("requests", r.requests),
                    col("errors", r.errors));
}

template <Is<sync::ClockState> R>
auto columns(R& r) {
  return std::tuple(col("trusted", r.trusted), col("skew", r.skew));
}

template <Is<sync::Telemetry> R>
auto columns(R& r) {
  return std::tuple(col("at", r.at), col("healthy", r.healthy), col("problem", r.problem), col("services", r.services),
                    col("dropped", r.dropped), col("pastDropped", r.past_dropped), col("clock", r.clock));
}

template <Is<sync::ServiceHealth> R>
auto columns(R& r) {
  return std::tuple(col("service", r.service), col("desired", r.desired), col("ready", r.ready),
                    col("restarts", r.restarts), col("inFlight", r.in_flight));
}

template <Is<sync::FactVersion> R>
auto columns(R& r) {
  return std::tuple(col("version", r.label), col("desired", r.desired), col("ready", r.ready),
                    col("available", r.available), col("weight", r.weight));
}

template <Is<Answer> R>
auto columns(R& r) {
  return std::tuple(col("ok", r.ok), col("code", r.code), col("what", r.what), col("reasons", r.reasons),
                    col("object", r.object), col("detail", r.detail), col("commands", r.commands),
                    col("changed", r.changed), col("undoes", r.undoes), col("results", r.results));
}

}  // namespace depops::hub::store_sqlite
