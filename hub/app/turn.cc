#include "hub/app/turn.h"

#include <utility>

namespace depops::hub {
namespace {

std::string digest_or_nothing(Codec& codec, const std::string& text) {
  return text.empty() ? std::string() : codec.digest(text).str();
}

// What changed, as the word of the leaf; empty if nothing that counts as a change of state did.
std::string action_between(const Deployment* before, const Deployment& after) {
  if (before == nullptr) return "deployment.started";
  if (before->state != after.state) return std::string("deployment.") + rollout::name_of(after.state);
  if (before->superseded_by != after.superseded_by) return "deployment.superseded";
  if (before->stopped != after.stopped || before->undo_all != after.undo_all) return "deployment.stopped";
  if (before->held != after.held) return after.held ? "deployment.held" : "deployment.released";
  if (before->failure != after.failure) return "deployment.failure";
  if (before->wave != after.wave) return "deployment.wave";
  return "";
}

std::string sentence(const Deployment& row) {
  std::string text = row.id.str() + " of " + row.service.str() + " " + row.version.str() + " in " +
                     row.environment.str() + ": " + rollout::name_of(row.state);
  if (!row.reason.empty()) text += " (" + row.reason + ")";
  return text;
}

}  // namespace

std::string text_of(const Deployment& row) {
  std::string text =
      row.id.str() + " " + row.plan.str() + " " + rollout::name_of(row.state) + " wave " + std::to_string(row.wave);
  if (row.held) text += " held";
  if (!row.stopped.empty()) text += " stopped: " + row.stopped;
  if (!row.superseded_by.empty()) text += " superseded by " + row.superseded_by.str();
  if (row.undo_all) text += " everywhere";
  if (row.failure) text += " failed: " + row.failure->reason;
  if (row.failure && row.failure->recovered_at) text += " recovered";
  return text;
}

std::string text_of(const SiteTarget& row) {
  return row.site.str() + " " + row.service.str() + " " + row.rollout.str() + " " + row.plan.str() +
         (row.withdrawn ? " withdrawn" : "");
}

void Turn::leaf(const std::string& action, const std::string& object, const std::string& before,
                const std::string& after, const std::string& reason) {
  AuditRow row;
  row.index = ++world.counters.audit;
  row.leaf = {now.wall, actor, action, object, digest_or_nothing(codec, before), digest_or_nothing(codec, after),
              reason,   cause};
  row.bytes = codec.encode_leaf(row.leaf);
  row.hash = leaf_hash(codec, row.bytes);
  out.changes.audit.push_back(std::move(row));
}

EventRow& Turn::event(const std::string& kind, std::string text) {
  EventRow& row = out.changes.events.emplace_back();
  row.id = ++world.counters.event;
  row.at = now.wall;
  row.received = now.wall;
  row.kind = kind;
  row.text = std::move(text);
  return row;
}

void Turn::save(Environment row) {
  out.changes.environments.push_back(row);
  EnvironmentName key = row.name;
  world.environments.insert_or_assign(std::move(key), std::move(row));
}

void Turn::save(Artifact row) {
  out.changes.artifacts.push_back(row);
  Digest key = row.digest;
  world.artifacts.insert_or_assign(std::move(key), std::move(row));
}

void Turn::save(Version row) {
  out.changes.versions.push_back(row);
  std::pair<ServiceName, VersionLabel> key{row.service, row.label};
  world.versions.insert_or_assign(std::move(key), std::move(row));
}

void Turn::save(JoinTokenRow row) {
  out.changes.join_tokens.push_back(row);
  SiteName key = row.site;
  world.join_tokens.insert_or_assign(std::move(key), std::move(row));
}

void Turn::save(RecoveryRow row) {
  out.changes.recoveries.push_back(row);
  auto& known = world.recoveries;
  if (!known.empty() && known.back().number == row.number) known.pop_back();
  known.push_back(std::move(row));
}

void Turn::save(Release row) {
  out.changes.releases.push_back(row);
  ReleaseId key = row.id;
  world.releases.insert_or_assign(std::move(key), std::move(row));
}

void Turn::save(const PlanDoc& row, std::shared_ptr<const rollout::Plan> plan) {
  if (world.plans.contains(row.digest)) return;
  out.changes.plans.push_back(row);
  world.plans[row.digest] = {row.bytes, std::move(plan)};
}

void Turn::save_identity(SiteEntry& entry) {
  entry.identity.site = entry.site.name;
  out.changes.identities.push_back(entry.identity);
}

void Turn::save_inbox(const SiteEntry& entry) {
  const sync::InboxRecord record = entry.inbox.record();
  SiteInbox row{entry.site.name,
                record.sender.site_epoch,
                record.sender.incarnation,
                record.sender.session,
                record.past_incarnations,
                record.frozen,
                {}};
  for (const sync::StreamCursor& cursor : record.cursors)
    row.cursors.push_back({cursor.stream, cursor.contiguous, cursor.fingerprints});
  out.changes.inboxes.push_back(std::move(row));
}

void Turn::save(const Deployment& row) {
  DeploymentEntry& entry = world.deployments[row.id];
  const bool known = !entry.deployment.id.empty();
  if (known && entry.deployment == row) return;
  const std::string action = action_between(known ? &entry.deployment : nullptr, row);
  if (!action.empty()) {
    leaf(action, "deployment/" + row.id.str(), known ? text_of(entry.deployment) : "", text_of(row), row.reason);
    EventRow& line = event("deployment", sentence(row));
    line.environment = row.environment;
    line.service = row.service;
    line.deployment = row.id;
  }
  if (!known) world.history[{row.service, row.environment}].push_back(row.id);
  if (rollout::is_ended(row.state)) {
    world.under_way.erase(row.id);
  } else {
    world.under_way.insert(row.id);
  }
  entry.deployment = row;
  out.changes.deployments.push_back(row);
}

void Turn::mark_site(SiteEntry& entry) {
  entry.behind = true;
  marked_.insert(entry.site.name);
}

void Turn::finish() {
  if (!(world.counters == counters_before_)) out.changes.counters = world.counters;
}

std::string leaf_hash(Codec& codec, const std::string& bytes) {
  return codec.digest(std::string(1, '\0') + bytes).str();
}

}  // namespace depops::hub
