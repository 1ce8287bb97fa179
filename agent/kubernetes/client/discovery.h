#pragma once

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "agent/kubernetes/client/client.h"

namespace depops::agent::kubernetes {

// A kind of object and the versions of it that we can deal with, best first.
struct Wanted {
  ApiGroup group;
  Plural plural;
  std::vector<ApiVersion> versions;
};

// Those whose versions differ among servers that are in use.
Wanted endpoint_slices();         // v1; v1beta1 up to 1.20
Wanted pod_disruption_budgets();  // likewise
Wanted horizontal_autoscalers();  // v2; v2beta2 up to 1.22

// Which version of a kind this server has. What was found is kept; what was not is asked for again each time, because
// definitions of kinds come and go. Thread: any.
class Discovery {
 public:
  explicit Discovery(Client& client) : client_(client) {}

  // not_found: the server has none of these versions; says which were asked for.
  Outcome<Resource> find(const Wanted& wanted);
  void forget();  // after an upgrade of the server

 private:
  Client& client_;
  std::mutex mutex_;
  std::map<std::pair<ApiGroup, Plural>, Resource> found_;
};

// The kind within an APIResourceList; nothing if it is not there.
std::optional<Resource> resource_in(const json::Value& list, const ApiGroup& group, const ApiVersion& version,
                                    const Plural& plural);

}  // namespace depops::agent::kubernetes
