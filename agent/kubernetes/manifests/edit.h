#pragma once

#include <functional>
#include <string>
#include <vector>

#include "shared/json/value.h"

// Changes to JSON values, which are never changed in place.
namespace depops::agent::kubernetes {

using Way = std::vector<std::string>;  // names, from the outside in

const json::Value& at(const json::Value& tree, const Way& way);  // null if there is none

// The tree with the value there; objects on the way are made. What stands there already keeps its place.
json::Value with(const json::Value& tree, const Way& way, json::Value value);

json::Value without(const json::Value& tree, const Way& way);

// A list of which each item was changed; anything else as it is.
json::Value each(const json::Value& list, const std::function<json::Value(const json::Value&)>& change);

}  // namespace depops::agent::kubernetes
