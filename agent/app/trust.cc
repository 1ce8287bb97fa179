#include <algorithm>
#include <utility>

#include "agent/app/site.h"
#include "shared/rollout/approver.h"

// A site with a pinned trust root: who may begin something here is decided by people's keys, not by the hub's.
namespace depops::agent {
namespace {

std::string version_text(trust::TrustVersion version) { return "version " + std::to_string(version.value()); }

audit::Leaf leaf_of(const Moment& now, const SiteName& site, const char* action) {
  audit::Leaf leaf;
  leaf.at = now.wall;
  leaf.actor = Actor("agent:" + site.str());
  leaf.action = action;
  leaf.object = "site/" + site.str();
  return leaf;
}

}  // namespace

const trust::SignedRoot& Agent::Site::root() const {
  const trust::SignedRoot& pinned = settings_.trust->root;
  return trust_.root && trust_.root->root.version > pinned.root.version ? *trust_.root : pinned;
}

// Newer trust roots first: the document may be signed, and approved, by keys that they bring. They stand for
// themselves, whatever becomes of the document; the batch keeps them before anything is done.
std::optional<trust::Refused> Agent::Site::believe(Turn& turn, const Evidence& evidence) {
  for (const trust::SignedRoot& next : evidence.roots) {
    if (next.root.version < root().root.version) continue;
    if (auto why = trust::objection_to_next(root(), next, settings_.trust->verifies)) return why;
    if (next.root.version == root().root.version) continue;
    audit::Leaf leaf = leaf_of(turn.now, settings_.site, "site.trust_root_accepted");
    leaf.before = version_text(root().root.version);
    leaf.after = version_text(next.root.version) + ", " + next.digest.str();
    write(turn, std::move(leaf));
    const trust::Floors before{site_.generation, site_.hub_epoch, root().root.version, trust_.accepted};
    const trust::Floors after = trust::reset_by(next.root, settings_.site, before);
    trust_.accepted = after.accepted;
    site_.generation = after.generation;
    trust_.root = next;
    turn.out.batch.trust = trust_;
    turn.site_changed = true;
    hello_at_.reset();  // the hub must not send it again
  }
  return std::nullopt;
}

bool Agent::Site::would_begin(const sync::Target& target) const {
  const auto found = services_.find(target.service);
  if (found == services_.end()) return target.epoch > Generation();
  const rollout::Record& record = *found->second.record;
  return target.epoch > std::max(record.epoch, record.refused_epoch) && target.rollout != record.rollout;
}

bool Agent::Site::was_stable_here(const ServiceName& service, const rollout::Plan& plan) const {
  const auto found = services_.find(service);
  if (found == services_.end() || plan.kind != rollout::ReleaseKind::rollback) return false;
  const rollout::Record& record = *found->second.record;
  const auto same = [&](const auto& snapshot) { return snapshot && *snapshot == plan.target; };
  return same(record.stable) || std::any_of(record.history.begin(), record.history.end(), same);
}

trust::Presented Agent::Site::own_view(const trust::Presented& presented, const sync::Desired& desired) const {
  trust::Presented seen = presented;
  for (std::size_t i = 0; i < seen.wishes.size() && i < desired.targets.size(); ++i) {
    const sync::Target& target = desired.targets[i];
    seen.wishes[i].begins = would_begin(target) && !lacks_time(target.service, target.plan);
    seen.wishes[i].was_here = was_stable_here(target.service, target.plan);
  }
  return seen;
}

trust::Here Agent::Site::here(const DesiredArrived& arrived, const Moment& now) const {
  trust::Here here;
  here.site = settings_.site;
  here.site_epoch = settings_.site_epoch;
  here.environment = settings_.trust->environment;
  here.floors = {newest_before(), site_.hub_epoch, root().root.version, trust_.accepted};
  // The document that was held when the trust root was pinned.
  const bool held = is_held(arrived);
  // It was judged when it came; a hub that took over since signs it anew.
  if (held) here.floors.hub_epoch = std::min(here.floors.hub_epoch, arrived.desired->hub_epoch);
  const bool held_before = trust_.accepted.empty() && held;
  if (held_before) here.floors.accepted.push_back(arrived.evidence->presented.digest);
  here.now = now.wall;
  here.features = {"companions"};
  return here;
}

// Floors are in the batch, and the batch is committed before what it allows is done.
void Agent::Site::keep(Turn& turn, const trust::Accepted& accepted) {
  for (const trust::Statement& emergency : accepted.emergencies) {
    audit::Leaf leaf = leaf_of(turn.now, settings_.site, "site.break_glass");
    leaf.actor = Actor(emergency.person.str());
    leaf.reason = "BREAK-GLASS: " + emergency.person.str() + " opened " + emergency.subject.service.str() + " " +
                  emergency.subject.version.str() + " without the approvals it needs: " + emergency.reason;
    leaf.cause = emergency.subject.plan.str();
    write(turn, rollout::Notice{turn.now.wall, emergency.subject.service, "break-glass", leaf.reason});
    write(turn, std::move(leaf));
  }
  if (!std::exchange(skipped_told_, true)) {
    for (const std::string& skipped : accepted.skipped) {
      write(turn,
            rollout::Notice{turn.now.wall, {}, skipped, "the trust root or the hub gives nothing to check it with"});
    }
  }
  if (accepted.floors.accepted == trust_.accepted) return;
  trust_.accepted = accepted.floors.accepted;
  turn.out.batch.trust = trust_;
}

std::optional<rollout::DesiredRefused> Agent::Site::distrust(Turn& turn, const DesiredArrived& arrived) {
  const auto refused = [&](const trust::Refused& why) {
    return rollout::DesiredRefused{turn.now.wall, arrived.desired->generation, trust::name_of(why.code), why.reason};
  };
  if (!arrived.evidence) {
    return refused({trust::Refusal::signature, "the document came without what a trust root asks for"});
  }
  if (const auto why = believe(turn, *arrived.evidence)) return refused(*why);
  const trust::Presented seen = own_view(arrived.evidence->presented, *arrived.desired);
  const auto judged = trust::verify_desired(root().root, seen, here(arrived, turn.now), settings_.trust->verifies);
  if (const auto* why = std::get_if<trust::Refused>(&judged)) return refused(*why);
  keep(turn, std::get<trust::Accepted>(judged));
  return std::nullopt;
}

}  // namespace depops::agent
