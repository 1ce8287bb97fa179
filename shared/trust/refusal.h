#pragma once

#include <cstdint>
#include <string>

// Why something signed is not obeyed. The code names the attack (or the mistake that looks like it); it goes into
// events, audit leaves and answers as it is.
namespace depops::trust {

enum class Refusal : std::uint8_t {
  size,              // too many bytes, signatures or parts
  signature,         // not enough signatures of the right role hold
  payload_type,      // bytes of another kind
  destination,       // for another site
  epoch,             // for an earlier life of the site, or from a hub that was replaced
  rollback,          // older than what was accepted
  fast_forward,      // so far ahead that nothing could follow it
  equivocation,      // the same number with other bytes
  base,              // builds on what this site never accepted, or on something old without saying so
  expired,           // its time is over: a freeze
  critical,          // it needs a feature that is not known here
  trust_version,     // it goes by another trust root
  environment,       // a plan for another environment than this site is in
  quorum,            // not enough different people approved
  rejected,          // somebody with a say said no
  approval_broken,   // an approval that can not be read
  approval_key,      // by a key without a say
  approval_revoked,  // by a key that was revoked
  approval_person,   // in the name of somebody else
  approval_scope,    // by somebody who has no say in that environment
  approval_subject,  // of another version, plan, service or environment
  approval_time,     // not yet or no longer valid
  approval_author,   // by who asked for the release
  break_glass,       // an emergency without a reason, too long, or by somebody who may not
  log_proof,         // not proven to stand in the audit log
  root_pin,          // a first trust root that is not the pinned one
  root_version,      // not the next version
  root_rules,        // a trust root that contradicts itself
  root_expired,      // the trust root itself is out of date
};

// "approval-revoked": lower case with hyphens.
const char* name_of(Refusal refusal) noexcept;

struct Refused {
  Refusal code = Refusal::signature;
  std::string reason;  // for people: what, where, and the remedy
  bool operator==(const Refused&) const = default;
};

}  // namespace depops::trust
