#pragma once

#include <optional>
#include <string>
#include <variant>

#include "agent/kubernetes/api/failure.h"
#include "agent/kubernetes/lease/lease_object.h"

namespace depops::agent::kubernetes {

struct LeaseRules {
  Millis lasts{60'000};   // after a renewal nobody else takes it; whole seconds
  Millis renew{30'000};   // between two renewals, and between two looks of who waits
  Millis retry{5'000};    // after trouble
  Millis margin{10'000};  // so long before it has run out its holder holds it no more
};

enum class Holding {
  waiting,  // somebody else has it, or nobody answers
  ours,
  lost,  // it was ours and could not be renewed in time; for ever
};

// Whether we hold a lease, and what is done next about it. Times are since boot. Source: client-go's leaderelection,
// which waits by its own clock, too; self-fencing before the end is ours.
class LeaseStanding {
 public:
  struct Look {};
  struct Make {};
  struct Claim {  // take, or renew
    LeaseSeen seen;
  };
  struct Rest {
    Millis until{0};
  };
  using Turn = std::variant<Look, Make, Claim, Rest>;

  explicit LeaseStanding(Holder self, LeaseRules rules = {});

  Turn next(Millis now) const;
  void saw(const std::optional<LeaseSeen>& seen, Millis now);  // nothing: there is none
  void claimed(const LeaseSeen& seen, Millis asked);           // ours, as written by a request that began at `asked`
  void failed(const Failure& failure, Millis now);

  Holding holding(Millis now) const;
  std::optional<LeaseSeen> ours(Millis now) const;  // as it can be given back
  Millis ends() const { return held_until_; }       // when it is lost unless it is renewed; if it was ever ours
  // Why we wait and what helps, for people; empty: it is ours.
  std::string why(Millis now) const;

 private:
  bool is_free(Millis now) const;

  Holder self_;
  LeaseRules rules_;
  std::optional<LeaseSeen> seen_;
  bool known_ = false;  // whether there is one was read, and nothing was tried since
  Millis changed_{0};   // when what stands in it was first seen
  Millis rest_until_{0};
  Millis held_until_{0};
  bool was_ours_ = false;
  bool raced_ = false;  // the last try: somebody else wrote first
  std::string trouble_;
};

}  // namespace depops::agent::kubernetes
