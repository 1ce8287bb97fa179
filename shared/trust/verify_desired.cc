#include "shared/trust/verify_desired.h"

#include <algorithm>

#include "shared/trust/accept_root.h"

namespace depops::trust {
namespace {

using Objection = std::optional<Refused>;

constexpr const char* kRebase = "rebase";

std::string number(std::uint64_t value) { return std::to_string(value); }

struct Case {
  const TrustRoot& root;
  const Presented& it;
  const Here& here;
  Verifies verifies;
};

bool begins_something(const Case& c) { return std::ranges::any_of(c.it.wishes, &Wish::begins); }

// An old trust root lets nothing begin. Verbs for what runs, like abort, are still taken.
Objection check_root(const Case& c) {
  if (c.root.version < c.here.floors.trust_version) {
    return Refused{Refusal::trust_version, "this trust root is older than one that was believed here"};
  }
  return begins_something(c) ? objection_to_age(c.root, c.here.now) : std::nullopt;
}

Objection check_size(const Case& c) {
  if (c.it.document.body.size() > kDesiredBytesMax)
    return Refused{Refusal::size, "a desired state of more than 900 KiB"};
  if (c.it.document.signatures.size() > kSignaturesMax) {
    return Refused{Refusal::size, "a desired state with more than 16 signatures"};
  }
  return std::nullopt;
}

Objection check_signatures(const Case& c) {
  const Role& role = c.root.hub_release;
  const std::vector<Holder> holders = valid_holders(c.root, role);
  const auto found = signers(c.it.document, holders, c.verifies);
  const std::size_t voices = std::min(found.size(), people(found).size());
  if (role.threshold >= 1 && voices >= role.threshold) return std::nullopt;
  return Refused{Refusal::signature, "signed by " + number(voices) + " of the " + number(role.threshold) +
                                         " holders of role hub-release that trust root version " +
                                         number(c.root.version.value()) + " asks for"};
}

Objection check_type(const Case& c) {
  if (c.it.document.type == kDesiredType) return std::nullopt;
  return Refused{Refusal::payload_type, "bytes of type " + c.it.document.type + " are no desired state"};
}

Objection check_addressee(const Case& c) {
  if (c.it.site != c.here.site) {
    return Refused{Refusal::destination, "the document is for site " + c.it.site.str()};
  }
  if (c.it.site_epoch == c.here.site_epoch && c.it.hub_epoch >= c.here.floors.hub_epoch) return std::nullopt;
  return Refused{Refusal::epoch, "site epoch " + number(c.it.site_epoch.value()) + ", hub epoch " +
                                     number(c.it.hub_epoch.value()) + "; here they are " +
                                     number(c.here.site_epoch.value()) + " and at least " +
                                     number(c.here.floors.hub_epoch.value())};
}

Objection check_generation(const Case& c) {
  const Generation floor = c.here.floors.generation;
  const std::string told = "generation " + number(c.it.generation.value());
  if (c.it.generation < floor) {
    return Refused{Refusal::rollback, told + " is older than " + number(floor.value())};
  }
  if (c.it.generation == floor) {
    const auto& accepted = c.here.floors.accepted;
    if (!accepted.empty() && accepted.back() == c.it.digest) return std::nullopt;
    return Refused{Refusal::equivocation, told + " was accepted before with another content"};
  }
  if (c.it.generation.value() - floor.value() <= kJumpMax) return std::nullopt;
  return Refused{Refusal::fast_forward, told + " after " + number(floor.value()) +
                                            "; if that is meant, a new trust root must say so for this site"};
}

Objection check_base(const Case& c) {
  const auto& accepted = c.here.floors.accepted;
  if (c.it.base.empty() || (!accepted.empty() && accepted.back() == c.it.base)) return std::nullopt;
  if (!accepted.empty() && accepted.back() == c.it.digest) return std::nullopt;  // the same again
  if (std::ranges::find(accepted, c.it.base) == accepted.end()) {
    return Refused{Refusal::base, "it builds on " + c.it.base.str() + ", which was never accepted here"};
  }
  if (std::ranges::find(c.it.critical, kRebase) != c.it.critical.end()) return std::nullopt;
  return Refused{Refusal::base,
                 "it builds on an older document than the newest accepted here; a hub that was restored "
                 "says so with \"rebase\""};
}

// The newest one accepted stays in force; past its time nothing begins any more.
Objection check_time(const Case& c) {
  const bool again = c.it.generation == c.here.floors.generation;
  if (c.here.now < c.it.not_after || (again && !begins_something(c))) return std::nullopt;
  return Refused{Refusal::expired, "the document's time is over; the hub must sign a new one"};
}

Objection check_critical(const Case& c) {
  for (const std::string& feature : c.it.critical) {
    if (feature == kRebase || std::ranges::find(c.here.features, feature) != c.here.features.end()) continue;
    return Refused{Refusal::critical, "it needs a feature that is not known here; upgrade this agent"};
  }
  return std::nullopt;
}

Objection check_trust_version(const Case& c) {
  const TrustVersion told = c.it.trust_version;
  if (told.value() == 0 || told == c.root.version) return std::nullopt;
  return Refused{Refusal::trust_version, "it goes by trust root version " + number(told.value()) +
                                             ", here is version " + number(c.root.version.value())};
}

Objection check_wish(const Case& c, const Wish& wish, Accepted& accepted) {
  if (!wish.begins) return std::nullopt;
  if (wish.subject.environment != c.here.environment) {
    return Refused{Refusal::environment, wish.subject.service.str() + ": a plan for environment " +
                                             wish.subject.environment.str() + ", this site is in " +
                                             c.here.environment.str()};
  }
  if (!wish.was_here) {
    const Votes votes =
        count_votes(c.root, wish.subject, wish.author, wish.approvals, c.here.now, c.verifies, kClocksDiffer);
    if (auto why = objection_to(votes, wish.subject)) return why;
    if (votes.emergency && votes.given.size() < votes.needed) accepted.emergencies.push_back(*votes.emergency);
  }
  if (wish.plan_digest_of_bytes == wish.subject.plan) return std::nullopt;
  return Refused{Refusal::approval_subject,
                 wish.subject.service.str() + ": the plan's bytes are not those of " + wish.subject.plan.str()};
}

Objection check_wishes(const Case& c, Accepted& accepted) {
  for (const Wish& wish : c.it.wishes) {
    if (auto why = check_wish(c, wish, accepted)) return why;
  }
  return std::nullopt;
}

Objection check_log(const Case& c) {
  if (c.root.log_keys.empty()) return std::nullopt;
  return Refused{Refusal::log_proof, c.it.log_proof.empty()
                                         ? "the trust root names a log key and the document brings no proof"
                                         : "the proof can not be checked by this version of the agent"};
}

Objection check_all(const Case& c, Accepted& accepted) {
  for (const auto check : {check_root, check_size, check_signatures, check_type, check_addressee, check_generation,
                           check_base, check_time, check_critical, check_trust_version}) {
    if (auto why = check(c)) return why;
  }
  if (auto why = check_wishes(c, accepted)) return why;
  return check_log(c);
}

Floors raised(const Case& c) {
  Floors floors = c.here.floors;
  floors.hub_epoch = std::max(floors.hub_epoch, c.it.hub_epoch);
  floors.trust_version = std::max(floors.trust_version, c.root.version);
  if (c.it.generation == floors.generation) return floors;
  floors.generation = c.it.generation;
  floors.accepted.push_back(c.it.digest);
  if (floors.accepted.size() > kBasesMax) floors.accepted.erase(floors.accepted.begin());
  return floors;
}

}  // namespace

Judgement verify_desired(const TrustRoot& root, const Presented& presented, const Here& here, Verifies verifies) {
  const Case c{root, presented, here, verifies};
  Accepted accepted;
  if (auto why = check_all(c, accepted)) return *why;
  if (root.log_keys.empty()) accepted.skipped.push_back("no-log");
  if (presented.base.empty()) accepted.skipped.push_back("no-base");
  accepted.floors = raised(c);
  return accepted;
}

Floors reset_by(const TrustRoot& root, const SiteName& site, Floors floors) {
  const auto found = std::ranges::find(root.resets, site, &FloorReset::site);
  if (found == root.resets.end() || root.version <= floors.trust_version) return floors;
  floors.generation = found->generation;
  floors.trust_version = root.version;
  floors.accepted.clear();
  return floors;
}

}  // namespace depops::trust
