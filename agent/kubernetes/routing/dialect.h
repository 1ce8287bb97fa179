#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/api/patch.h"
#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/routing/binding.h"
#include "agent/kubernetes/routing/endpoints.h"
#include "agent/ports/router.h"
#include "shared/base/result.h"

namespace depops::agent::kubernetes {

// What is ours in a routing object: "weight of checkout-3f9a1c22bd01" -> "10".
using Fields = std::map<std::string, std::string>;

// What stands beside the object, for a router that can not divide requests by that alone.
struct Beside {
  Known known = Known::absent;  // of both; absent: this kind of router has none
  SharedSeen front{};           // somebody else's, only read; `kept` is all of it
  SharedSeen own{};             // made, changed and removed by us alone
};

// What dialects decide on. `route.forced` holds only routes to sets that have an endpoint.
struct Look {
  const Binding& binding;
  const ServiceRoute& route;
  const json::Value& object;
  const Endpoints& endpoints;
  const Beside& beside;
};

// What the object says of the service.
struct Held {
  std::map<SetId, std::uint64_t> weights;  // raw
  std::uint64_t others = 0;                // weights of what is no set of the service
  std::vector<std::string> forced;         // names of the forced routes it has as they are ordered
  Fields fields;
  std::map<std::string, std::vector<std::string>> beside{};  // where a field stands in what is ours beside the object
};

// What becomes of the object of ours that stands beside.
struct OwnChange {
  enum class Act { make, change, remove };
  Act act = Act::make;
  json::Value object{};  // to make, without its kind
  JsonPatch patch{};     // to change
};

// How the object becomes what is ordered. `fields`: what it then holds.
struct Change {
  Fields fields;
  JsonPatch patch;
  bool needed = false;             // of the object
  std::optional<OwnChange> own{};  // written after it
  std::string trouble{};           // what of the orders it leaves out, and why
};

// Whether whatever carries the object out has taken up this state of it; if not, what is missing, for people.
struct Standing {
  bool observed = true;
  std::string missing{};
};

// What one kind of routing object means. Pure: objects and orders in, patches and facts out. Errors are for people:
// what is asked can not be done with this object.
class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual RouterCapabilities capabilities() const = 0;
  virtual std::vector<Wanted> kinds() const = 0;       // the first that the server has
  virtual bool per_version() const { return true; }    // whether every set has a Service of its own
  virtual std::vector<std::string> field() const = 0;  // ours within the object: {"spec", "rules"}
  // Kinds of what stands beside, the first that the server has; none: nothing does.
  virtual std::vector<Wanted> beside() const { return {}; }
  virtual ObjectName own_beside(const ServiceName&) const { return {}; }
  virtual Result<Held> held(const Look& look) const = 0;
  virtual Result<Change> change(const Look& look) const = 0;
  virtual Standing standing(const Look& look) const = 0;
  // Whether anything in the object, or beside it, leads to the Service of the set.
  virtual bool leads_to(const Look& look, const SetId& set) const = 0;
};

// A patch that only changes the object as it was read.
JsonPatch fenced(const json::Value& object);

}  // namespace depops::agent::kubernetes
