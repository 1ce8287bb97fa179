#include "hub/app/attestations.h"

#include <algorithm>
#include <utility>

#include "hub/app/registry.h"
#include "shared/sync/desired.h"

namespace depops::hub {
namespace {

constexpr std::size_t kRootsBytesMax = 256 * 1024;  // of one document

trust::Votes count(const Turn& turn, const Deployment& row, const std::vector<trust::Approval>& approvals) {
  const rollout::Plan& plan = turn.world.plan(row.plan);
  return trust::count_votes(turn.world.trust_root->root, sync::subject_of(plan, row.plan), sync::author_of(plan),
                            approvals, turn.now.wall, turn.codec.verifies());
}

std::vector<trust::Approval> read_of(const DeploymentEntry& entry) {
  std::vector<trust::Approval> read;
  for (const GivenApproval& given : entry.approvals) read.push_back(given.read);
  return read;
}

std::string names_of(const std::vector<trust::Person>& people) {
  std::string names;
  for (const trust::Person& person : people) names += (names.empty() ? "" : ", ") + person.str();
  return names;
}

// Who could still say yes: with a say there, not the author, not one who did.
std::vector<trust::Person> others(const Turn& turn, const Deployment& row, const trust::Votes& votes) {
  const trust::TrustRoot& root = turn.world.trust_root->root;
  const trust::Person author = sync::author_of(turn.world.plan(row.plan));
  std::vector<trust::Person> able;
  for (const trust::Holder& holder : trust::valid_holders(root, root.approver)) {
    const bool gave = std::ranges::find(votes.given, holder.person) != votes.given.end();
    if (holder.person != author && !gave && holder.scope.holds(row.environment)) able.push_back(holder.person);
  }
  std::ranges::sort(able);
  able.erase(std::unique(able.begin(), able.end()), able.end());
  return able;
}

Reason why_waiting(const Turn& turn, const Deployment& row, const trust::Votes& votes) {
  const std::string id = row.id.str();
  std::string what = "waits for " + std::to_string(votes.needed) + " approvals by different people, has " +
                     std::to_string(votes.given.size());
  if (!votes.given.empty()) what += " (" + names_of(votes.given) + ")";
  const std::string who = names_of(others(turn, row, votes));
  return {"approvals", std::move(what), "deployment/" + id, std::nullopt,
          who.empty() ? "whoever holds the root keys: depops trust new NEXT --from ROOT --key MORE.pub.json"
                      : who + ": depops approve " + id + " --key FILE"};
}

std::optional<Instant> next_change(const trust::TrustRoot& root, const DeploymentEntry& entry, Instant now) {
  std::optional<Instant> next;
  const auto consider = [&](Instant at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  consider(root.expires);
  for (const GivenApproval& given : entry.approvals) {
    if (!given.read.statement) continue;
    consider(given.read.statement->not_before);
    consider(given.read.statement->not_after);
  }
  return next;
}

void add_missing(const Turn& turn, const Deployment& row, const trust::Votes& votes, Voices& voices) {
  if (const auto old = trust::objection_to_age(turn.world.trust_root->root, turn.now.wall)) {
    voices.missing.push_back({"trust-root", old->reason, "", std::nullopt,
                              "whoever holds its root keys: depops trust new --from, sign, push"});
  } else if (!votes.enough()) {
    voices.missing.push_back(why_waiting(turn, row, votes));
  }
}

Voices recount(const Turn& turn, const DeploymentEntry& entry) {
  Voices voices;
  voices.counted = turn.now.wall;
  const Deployment& row = entry.deployment;
  if (!turn.world.trust_root || row.kind == rollout::ReleaseKind::rollback) return voices;
  const trust::Votes votes = count(turn, row, read_of(entry));
  voices.needed = votes.needed;
  for (const trust::Person& person : votes.given) voices.given.push_back(person.str());
  if (votes.emergency) voices.given = {"break-glass: " + votes.emergency->person.str()};
  voices.changes = next_change(turn.world.trust_root->root, entry, turn.now.wall);
  add_missing(turn, row, votes, voices);
  return voices;
}

// A site that was not told yet, or has not begun: it gets the newest approvals with its document.
void tell_waiting_sites(Turn& turn, const DeploymentId& id) {
  for (auto& [name, entry] : turn.world.sites) {
    for (const auto& [service, target] : entry.targets) {
      const auto row = turn.world.rollouts.find(target.rollout);
      const bool begun = row == turn.world.rollouts.end() || row->second.sequence > Sequence();
      if (target.deployment == id && !begun && !target.withdrawn) turn.mark_site(entry);
    }
  }
}

std::string voices_text(const Voices& voices) {
  std::string text = std::to_string(voices.needed) + " needed:";
  for (const std::string& name : voices.given) text += " " + name;
  return text;
}

Answer refuse(Turn& turn, const Deployment& row, const trust::Refused& why) {
  const std::string what = std::string(trust::name_of(why.code)) + ": " + why.reason;
  turn.leaf("approval.refused", "deployment/" + row.id.str(), "", "", what);
  return refused(Errc::refused, what);
}

void say(Turn& turn, const Deployment& row, const std::string& text) {
  EventRow& line = turn.event("deployment", row.id.str() + ": " + text);
  line.environment = row.environment;
  line.service = row.service;
  line.deployment = row.id;
}

// The voice is in; what it means for the deployment as a whole.
void take_voice(Turn& turn, DeploymentEntry& entry, const trust::Statement& said, const Voices& before) {
  const std::string object = "deployment/" + entry.deployment.id.str();
  const Actor bringer = std::exchange(turn.actor, Actor(said.person.str()));
  const std::string reason = said.reason.empty() ? "" : ": " + said.reason;
  if (said.decision == trust::Decision::reject) {
    turn.leaf("deployment.rejected", object, "", said.reason, said.person.str() + " rejected it" + reason);
    Deployment row = entry.deployment;
    if (row.stopped.empty()) row.stopped = "rejected by " + said.person.str() + reason;
    turn.save(row);
  } else if (said.break_glass) {
    const std::string loud = "BREAK-GLASS: " + said.person.str() + " opens it without the approvals it needs" + reason;
    turn.leaf("deployment.break_glass", object, voices_text(before), voices_text(voices_of(turn, entry)), loud);
    say(turn, entry.deployment, loud);
  } else {
    const Voices after = voices_of(turn, entry);
    turn.leaf("deployment.approved", object, voices_text(before), voices_text(after), said.person.str() + reason);
    say(turn, entry.deployment, "approved by " + said.person.str() + reason);
  }
  turn.actor = bringer;
}

std::string version_text(const trust::SignedRoot& root) {
  return "version " + std::to_string(root.root.version.value()) + ", " + root.digest.str();
}

std::optional<trust::Refused> objection_to(const Turn& turn, const trust::SignedRoot& next) {
  const auto& current = turn.world.trust_root;
  if (current) return trust::objection_to_next(*current, next, turn.codec.verifies());
  // Whoever may give it decides here; at a site the digest is pinned by whoever sets the site up.
  return trust::objection_to_first(next, next.digest, turn.codec.verifies());
}

}  // namespace

const Voices& voices_of(const Turn& turn, DeploymentEntry& entry) {
  const Instant now = turn.now.wall;
  const auto& kept = entry.voices;
  const bool holds = kept && kept->counted <= now && (!kept->changes || now < *kept->changes);
  if (!holds) entry.voices = recount(turn, entry);
  return *entry.voices;
}

Answer attest(Turn& turn, const Attest& request) {
  const auto found = turn.world.deployments.find(request.deployment);
  if (found == turn.world.deployments.end())
    return refused(Errc::not_found, "no deployment " + request.deployment.str() + "; see: depops get deployments");
  DeploymentEntry& entry = found->second;
  const Deployment& row = entry.deployment;
  if (!turn.world.trust_root)
    return refused(Errc::refused, "this hub has no trust root to count approvals by; give it one: depops trust push");
  if (rollout::is_ended(row.state))
    return refused(Errc::refused, row.id.str() + " ended already: " + rollout::name_of(row.state));
  const Digest digest = turn.codec.digest(request.envelope);
  Answer answer = made("deployment/" + row.id.str());
  for (const GivenApproval& given : entry.approvals) {
    if (given.row.digest != digest) continue;
    answer.changed = false;
    return answer;
  }
  GivenApproval given{{row.id, digest, request.envelope, {}, turn.now.wall, turn.actor},
                      turn.codec.read_approval(request.envelope)};
  if (const auto flaw = count(turn, row, {given.read}).flaw) return refuse(turn, row, *flaw);
  if (entry.approvals.size() >= trust::kApprovalsMax)
    return refused(Errc::refused, "32 approvals of " + row.id.str() + " are kept; abort it and deploy again");
  const Voices before = voices_of(turn, entry);
  const trust::Statement said = *given.read.statement;
  given.row.person = said.person;
  turn.out.changes.approvals.push_back(given.row);
  entry.approvals.push_back(std::move(given));
  entry.voices.reset();
  take_voice(turn, entry, said, before);
  tell_waiting_sites(turn, row.id);
  turn.touch(row.id);
  return answer;
}

Answer take_trust_root(Turn& turn, const TakeTrustRoot& request) {
  World& world = turn.world;
  auto read = turn.codec.read_trust_root(request.bytes);
  if (!read) return refused(Errc::invalid, read.error().what);
  if (const auto why = objection_to(turn, *read)) {
    const std::string what = std::string(trust::name_of(why->code)) + ": " + why->reason;
    turn.leaf("trust_root.refused", "trust-root", "", "", what);
    return refused(Errc::refused, what);
  }
  const std::string name = "trust-root/" + std::to_string(read->root.version.value());
  if (world.trust_root && world.trust_root->digest == read->digest) return made(name, false);
  turn.leaf("trust_root.taken", name, world.trust_root ? version_text(*world.trust_root) : "", version_text(*read), "");
  TrustRootRow row{read->root.version, read->digest, request.bytes, turn.now.wall, turn.actor};
  turn.out.changes.trust_roots.push_back(row);
  world.trust_roots.push_back(std::move(row));
  world.trust_root = std::move(*read);
  for (auto& [id, entry] : world.deployments) entry.voices.reset();
  for (auto& [site, entry] : world.sites)
    if (!trust_roots_for(world, entry).empty()) turn.mark_site(entry);
  for (const DeploymentId& id : world.under_way) turn.touch(id);
  return made(name);
}

std::vector<std::string> trust_roots_for(const World& world, const SiteEntry& entry) {
  std::vector<std::string> roots;
  if (entry.status.trust_version == trust::TrustVersion()) return roots;  // nothing is pinned there
  std::size_t bytes = 0;
  for (const TrustRootRow& row : world.trust_roots) {
    if (row.version <= entry.status.trust_version) continue;
    if (row.version.value() != entry.status.trust_version.value() + roots.size() + 1) break;  // one is missing here
    bytes += row.bytes.size();
    if (bytes > kRootsBytesMax) break;
    roots.push_back(row.bytes);
  }
  return roots;
}

}  // namespace depops::hub
