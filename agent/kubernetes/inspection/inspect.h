#pragma once

#include <string>
#include <vector>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/inspection/rights.h"

namespace depops::agent::kubernetes {

// What was looked at, and what was seen. A note is no failure: something is left out, and nothing else suffers.
struct Finding {
  enum class Kind { well, note, failed };
  Kind kind = Kind::well;
  std::string what;  // "may create deployments.apps"
  std::string said;  // what there is; of a failure the cause and the remedy
  bool operator==(const Finding&) const = default;
};

struct InspectionOrder {
  Namespace space;
  Divides divides = Divides::nothing;
  Kinds versions{};                   // what they may be
  std::vector<Wanted> kinds{};        // of what divides, any of them
  std::vector<ObjectName> objects{};  // that the settings name
};

// Looks at a cluster as an agent with these settings would, and changes nothing: the server's version, each right, the
// kinds, the objects that the settings name, who holds the Lease. After a server that does not answer nothing else is
// asked.
std::vector<Finding> inspect(Client& client, const InspectionOrder& order);

}  // namespace depops::agent::kubernetes
