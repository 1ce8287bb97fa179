#include "shared/trust/accept_root.h"

namespace depops::trust {
namespace {

std::string text(TrustVersion version) { return std::to_string(version.value()); }

std::optional<Refused> objection_to_form(const SignedRoot& root) {
  if (root.document.type != kTrustRootType) {
    return Refused{Refusal::payload_type, "bytes of type " + root.document.type + " are no trust root"};
  }
  if (root.document.signatures.size() > kSignaturesMax) {
    return Refused{Refusal::size, "a trust root with more than 16 signatures"};
  }
  const auto rules = check(root.root);
  if (!rules.ok()) return Refused{Refusal::root_rules, rules.error().what};
  return std::nullopt;
}

std::optional<Refused> objection_to_signatures(const SignedRoot& root, const TrustRoot& judge, Verifies verifies) {
  const std::vector<Holder> holders = valid_holders(judge, judge.root);
  const auto signed_by = people(signers(root.document, holders, verifies));
  if (signed_by.size() >= judge.root.threshold && judge.root.threshold >= 1) return std::nullopt;
  return Refused{Refusal::signature, "version " + text(root.root.version) + " is signed by " +
                                         std::to_string(signed_by.size()) + " of the " +
                                         std::to_string(judge.root.threshold) +
                                         " different people that role root of version " + text(judge.version) +
                                         " asks for; have it signed with `depops trust sign`"};
}

}  // namespace

std::optional<Refused> objection_to_first(const SignedRoot& root, const Digest& pinned, Verifies verifies) {
  if (root.digest != pinned) {
    return Refused{Refusal::root_pin, "the trust root has digest " + root.digest.str() + ", pinned here is " +
                                          pinned.str() + "; pin again only if people you trust say so"};
  }
  if (auto why = objection_to_form(root)) return why;
  return objection_to_signatures(root, root.root, verifies);
}

std::optional<Refused> objection_to_next(const SignedRoot& current, const SignedRoot& next, Verifies verifies) {
  if (next.root.version == current.root.version) {
    if (next.digest == current.digest) return std::nullopt;
    return Refused{Refusal::equivocation,
                   "trust root version " + text(next.root.version) + " was accepted with other bytes"};
  }
  if (next.root.version != current.root.version.next()) {
    return Refused{Refusal::root_version, "trust root version " + text(next.root.version) + " after version " +
                                              text(current.root.version) + "; the next is " +
                                              text(current.root.version.next())};
  }
  if (auto why = objection_to_form(next)) return why;
  if (auto why = objection_to_signatures(next, current.root, verifies)) return why;
  return objection_to_signatures(next, next.root, verifies);
}

std::optional<Refused> objection_to_age(const TrustRoot& root, Instant now) {
  if (now < root.expires) return std::nullopt;
  return Refused{Refusal::root_expired, "trust root version " + text(root.version) +
                                            " is past its time; nothing new begins until its holders sign version " +
                                            text(root.version.next())};
}

}  // namespace depops::trust
