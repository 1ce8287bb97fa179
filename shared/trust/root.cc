#include "shared/trust/root.h"

#include <algorithm>
#include <set>

namespace depops::trust {
namespace {

Error wrong(std::string what) { return {Errc::invalid, "trust root: " + std::move(what)}; }

std::size_t people_of(const std::vector<Holder>& holders) {
  std::set<Person> found;
  for (const Holder& holder : holders) found.insert(holder.person);
  return found.size();
}

Result<void> check_role(const TrustRoot& root, const Role& role, const std::string& name) {
  if (role.threshold < 1 || role.threshold > kThresholdMax) {
    return wrong("role " + name + ": threshold " + std::to_string(role.threshold) + "; it is 1 to " +
                 std::to_string(kThresholdMax));
  }
  if (role.holders.size() > kHoldersMax) return wrong("role " + name + ": more than 200 keys");
  const std::size_t able = people_of(valid_holders(root, role));
  if (able < role.threshold) {
    return wrong("role " + name + ": threshold " + std::to_string(role.threshold) + ", but keys of only " +
                 std::to_string(able) + " different people are listed and not revoked; add keys or lower it");
  }
  return {};
}

// One key, one role, one person: else one stolen key would be two voices.
Result<void> check_keys(const TrustRoot& root) {
  std::set<KeyId> seen;
  for (const Role* role : {&root.root, &root.hub_release, &root.approver, &root.break_glass}) {
    for (const Holder& holder : role->holders) {
      if (holder.person.empty()) return wrong("key " + holder.key.id.str() + ": no person");
      if (!seen.insert(holder.key.id).second) {
        return wrong("key " + holder.key.id.str() + " stands twice; a key has one role and one person");
      }
    }
  }
  return {};
}

Result<void> check_environments(const TrustRoot& root) {
  if (root.environments.size() > kEnvironmentsMax) return wrong("more than 500 environments");
  std::set<EnvironmentName> seen;
  for (const TierOf& entry : root.environments) {
    const std::string& name = entry.environment.str();
    if (!is_name(name)) return wrong("environment \"" + name + "\" is not a name");
    if (!seen.insert(entry.environment).second) return wrong("environment " + name + " stands twice");
    std::vector<Holder> able = valid_holders(root, root.approver);
    std::erase_if(able, [&](const Holder& holder) { return !holder.scope.holds(entry.environment); });
    if (people_of(able) < quorum_of(root, entry.environment)) {
      return wrong("environment " + name + " asks for " + std::to_string(quorum_of(root, entry.environment)) +
                   " approvals, but keys of only " + std::to_string(people_of(able)) +
                   " different people have a say there; add approvers");
    }
  }
  return {};
}

Result<void> check_policies(const TrustRoot& root) {
  std::set<Tier> seen;
  for (const Policy& policy : root.policies) {
    if (!seen.insert(policy.tier).second) return wrong("two policies for one tier");
    if (policy.quorum > kThresholdMax) return wrong("a quorum of more than 20");
    if (policy.tier == Tier::production && policy.quorum < 1) {
      return wrong("a quorum of 0 for tier production; give its environments another tier if nobody is to be asked");
    }
  }
  return {};
}

}  // namespace

std::vector<Holder> valid_holders(const TrustRoot& root, const Role& role) {
  std::vector<Holder> holders = role.holders;
  std::erase_if(holders, [&](const Holder& holder) {
    return std::ranges::find(root.revoked, holder.key.id) != root.revoked.end();
  });
  return holders;
}

Tier tier_of(const TrustRoot& root, const EnvironmentName& environment) {
  const auto found = std::ranges::find(root.environments, environment, &TierOf::environment);
  return found == root.environments.end() ? Tier::production : found->tier;
}

std::uint32_t quorum_of(const TrustRoot& root, const EnvironmentName& environment) {
  const Tier tier = tier_of(root, environment);
  const auto found = std::ranges::find(root.policies, tier, &Policy::tier);
  if (found != root.policies.end()) return found->quorum;
  return tier == Tier::production ? kProductionQuorum : 0;
}

Result<void> check(const TrustRoot& root) {
  if (root.version.value() < 1) return wrong("version 0; the first is 1");
  if (root.expires <= root.issued) return wrong("it expires before it is issued");
  DEPOPS_TRY_VOID(check_role(root, root.root, "root"));
  DEPOPS_TRY_VOID(check_role(root, root.hub_release, "hub-release"));
  if (root.approver.holders.size() > kHoldersMax || root.break_glass.holders.size() > kHoldersMax) {
    return wrong("more than 200 keys in a role");
  }
  if (root.approver.threshold != 1 || root.break_glass.threshold != 1) {
    return wrong("roles approver and break-glass have no threshold but the policy of the tier");
  }
  DEPOPS_TRY_VOID(check_keys(root));
  DEPOPS_TRY_VOID(check_policies(root));
  return check_environments(root);
}

}  // namespace depops::trust
