#pragma once

#include <map>
#include <string>
#include <utility>

#include "shared/json/value.h"

namespace depops::agent::kubernetes {

// New names of ConfigMaps and Secrets, by kind and old name.
using Renames = std::map<std::pair<std::string, std::string>, std::string>;

// A pod's spec in which every reference to one of them has its new name: volumes, also projected ones, envFrom,
// valueFrom, imagePullSecrets. References to others stay.
json::Value with_references(const json::Value& pod_spec, const Renames& renames);

}  // namespace depops::agent::kubernetes
