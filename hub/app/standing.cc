#include "hub/app/standing.h"

#include <algorithm>

#include "hub/app/certificates.h"
#include "hub/app/registry.h"
#include "hub/app/session.h"

namespace depops::hub {
namespace {

std::string standing_text(const SiteIdentity& identity) {
  std::string text = identity.site.str();
  if (identity.revoked) text += " revoked by " + identity.revoked_by.str() + ": " + identity.revoke_reason;
  if (identity.cordoned) text += " cordoned by " + identity.cordoned_by.str() + ": " + identity.cordon_reason;
  return text;
}

// Before and after stand in the leaf; people read the event.
void note_standing(Turn& turn, SiteEntry& entry, const std::string& action, const std::string& before,
                   const std::string& reason, const std::string& sentence) {
  turn.leaf(action, "site/" + entry.site.name.str(), before, standing_text(entry.identity), reason);
  site_event(turn, entry, "site", entry.site.name.str() + ": " + sentence);
}

// What is wrong with the site itself. A deployment may be asked for all the same: it goes on when that is over.
Reasons what_is_wrong(const SiteEntry& entry) {
  const std::string name = entry.site.name.str();
  if (!entry.status.frozen.empty())
    return {{"site-frozen", "site " + name + " is frozen: " + entry.status.frozen, "site/" + name, std::nullopt,
             "stop the other host, then: depops site lift " + name + "; or depops site reenroll " + name}};
  if (!entry.status.recovery.empty())
    return {{"site-recovery", "site " + name + " knows more than this hub: " + entry.status.recovery, "site/" + name,
             std::nullopt, "an admin: depops hub recover"}};
  return {};
}

Reasons why_not_now(const SiteEntry& entry) {
  Reasons reasons = why_not_at(entry);
  return reasons.empty() ? what_is_wrong(entry) : reasons;
}

Answer no_reason() { return refused(Errc::invalid, "say why in --reason, in at most 1000 characters"); }

bool is_reason(const std::string& text) { return !text.empty() && text.size() <= kReasonBytesMax; }

}  // namespace

Answer revoke_site(Turn& turn, const RevokeSite& request) {
  SiteEntry* entry = turn.world.find_site(request.site);
  if (entry == nullptr) return no_site(request.site);
  if (!is_reason(request.reason)) return no_reason();
  const std::string object = "site/" + request.site.str();
  if (entry->identity.revoked) return made(object, false);
  const std::string before = standing_text(entry->identity);
  entry->identity.revoked = turn.now.wall;
  entry->identity.revoked_by = turn.actor;
  entry->identity.revoke_reason = request.reason;
  entry->status.online = false;
  turn.save_status(*entry);
  revoke_certificates(turn, *entry);
  note_standing(turn, *entry, "site.revoked", before, request.reason,
                "REVOKED by " + turn.actor.str() + ": " + request.reason);
  list_revocations(turn);
  turn.send(EndConnection{request.site});
  touch_waiting(turn, *entry);
  return made(object);
}

Answer cordon_site(Turn& turn, const CordonSite& request) {
  SiteEntry* entry = turn.world.find_site(request.site);
  if (entry == nullptr) return no_site(request.site);
  if (request.cordon && !is_reason(request.reason)) return no_reason();
  const std::string object = "site/" + request.site.str();
  if (entry->identity.cordoned.has_value() == request.cordon) return made(object, false);
  const std::string before = standing_text(entry->identity);
  entry->identity.cordoned = request.cordon ? std::optional(turn.now.wall) : std::nullopt;
  entry->identity.cordoned_by = request.cordon ? turn.actor : Actor();
  entry->identity.cordon_reason = request.cordon ? request.reason : "";
  turn.save_identity(*entry);
  note_standing(turn, *entry, request.cordon ? "site.cordoned" : "site.uncordoned", before, request.reason,
                (request.cordon ? "cordoned by " : "uncordoned by ") + turn.actor.str() +
                    (request.reason.empty() ? "" : ": " + request.reason));
  touch_waiting(turn, *entry);
  return made(object);
}

Instant list_revocations(Turn& turn) {
  WriteRevocations list;
  list.issued = turn.now.wall;
  list.next = turn.now.wall + kRevocationsLast;
  for (const auto& [name, entry] : turn.world.sites)
    for (const CertificateRow& row : entry.identity.certificates)
      if (row.revoked && turn.now.wall < row.not_after) list.revoked.push_back({row.serial, *row.revoked});
  turn.send(std::move(list));
  return turn.now.wall + kRevocationsEvery;
}

Reasons why_not_at(const SiteEntry& entry) {
  const SiteIdentity& identity = entry.identity;
  const std::string name = entry.site.name.str();
  if (identity.revoked)
    return {{"site-revoked",
             "site " + name + " was revoked by " + identity.revoked_by.str() + ": " + identity.revoke_reason,
             "site/" + name, std::nullopt, "enrol it anew: depops site reenroll " + name}};
  if (identity.cordoned)
    return {{"site-cordoned",
             "site " + name + " is cordoned by " + identity.cordoned_by.str() + ": " + identity.cordon_reason,
             "site/" + name, std::nullopt, "lift it: depops site uncordon " + name}};
  return {};
}

Reasons why_not_at_sites(const World& world, const rollout::Plan& plan) {
  Reasons reasons;
  if (plan.kind == rollout::ReleaseKind::rollback) return reasons;
  for (const rollout::Wave& wave : plan.waves)
    for (const SiteName& site : wave.sites)
      if (const auto found = world.sites.find(site); found != world.sites.end())
        for (Reason& reason : why_not_at(found->second)) reasons.push_back(std::move(reason));
  return reasons;
}

void touch_waiting(Turn& turn, const SiteEntry& entry) {
  for (const DeploymentId& id : turn.world.under_way)
    if (turn.world.deployments.at(id).deployment.environment == entry.site.environment) turn.touch(id);
}

void hold_standing(const World& world, const Deployment& deployment, const std::vector<const Rollout*>& rollouts,
                   schedule::Decision& decision) {
  for (const Rollout* row : rollouts) {
    if (rollout::is_ended(row->status.state)) continue;
    for (Reason& reason : what_is_wrong(world.sites.at(row->site))) decision.waiting_for.push_back(std::move(reason));
  }
  if (deployment.kind == rollout::ReleaseKind::rollback || decision.start.empty()) return;
  Reasons held;
  std::erase_if(decision.start, [&](const SiteName& site) {
    Reasons reasons = why_not_now(world.sites.at(site));
    held.insert(held.end(), reasons.begin(), reasons.end());
    return !reasons.empty();
  });
  if (held.empty()) return;
  decision.waiting_for.insert(decision.waiting_for.end(), held.begin(), held.end());
  const auto is_under_way = [](const Rollout* row) { return !rollout::is_ended(row->status.state); };
  if (!decision.start.empty() || std::ranges::any_of(rollouts, is_under_way)) return;
  decision.state = rollout::State::waiting;
  decision.reason = held.front().what;
}

}  // namespace depops::hub
