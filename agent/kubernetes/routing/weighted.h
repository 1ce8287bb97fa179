#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/kubernetes/routing/dialect.h"

// A list of backends with weights within a routing object: one for each version, made and removed by us, and those that
// stood there before, which get no requests meanwhile and their weight back in the end.
namespace depops::agent::kubernetes {

struct WeightedList {
  std::string pointer;                                          // "/spec/rules/0/backendRefs"
  const json::Value* items;                                     // what is there now; null or no list: nothing
  std::vector<std::string> name;                                // where in an item the name of the backend stands
  std::uint64_t missing_weight = 1;                             // what an item without a weight means
  std::function<json::Value(const std::string& backend)> make;  // a new item, without its weight
};

struct Backend {
  std::string name;  // up to the first dot: of a host, that of its Service
  std::uint64_t weight = 1;
  bool written = false;  // the weight stands there
};
std::vector<Backend> backends_of(const WeightedList& list);

// An annotation of the object: what backends of others weighed before us.
std::string annotation_of(const ServiceName& service);

// What the list has to become: the sets in the order of their shares, then the others with 0. It stays as it is if all
// would be 0, which is answered with errors. Without shares: as it was before us.
std::vector<Backend> wanted_backends(const Look& look, const std::vector<Backend>& now);

// Adds to the patch what makes the list so; every change stands behind tests of the names of all backends. Whether
// there was anything to change.
bool patch_backends(const Look& look, const WeightedList& list, const std::vector<Backend>& wanted, JsonPatch& patch);

void add_held(const ServiceName& service, const std::vector<Backend>& backends, Held& held);
Fields fields_of(const std::vector<Backend>& backends);

}  // namespace depops::agent::kubernetes
