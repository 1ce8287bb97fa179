#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"

// Why something does not happen now, as data. It reaches API, command line and console unchanged.
namespace depops::hub {

struct Reason {
  std::string rule;        // machine word: "one-at-a-time", "not-healthy-before", "wave-gate", "site-offline", ...
  std::string what;        // one sentence for people
  std::string blocked_by;  // the thing in the way: "deployment/d-6", "site/fra-1", "" if nothing has a name
  std::optional<Instant> until;  // when it ends by itself; absent: not by itself
  std::string who;               // who or what can change it, and how
  bool operator==(const Reason&) const = default;
};

using Reasons = std::vector<Reason>;

// All sentences joined by "; ".
std::string sentence_of(const Reasons& reasons);

}  // namespace depops::hub
