#pragma once

#include <cstdint>

#include "agent/kubernetes/api/names.h"
#include "shared/json/value.h"

namespace depops::agent::kubernetes {

// What every object says about itself.
struct Meta {
  ObjectKey key;
  Uid uid;
  ResourceVersion version;
  std::int64_t generation = 0;  // of the wish; the server counts it up, status changes do not
  bool deleting = false;        // asked to go, and still there
  bool operator==(const Meta&) const = default;
};

struct Object {
  Meta meta;
  json::Value body;  // as the server gave it
};

Meta meta_of(const json::Value& object);
// The beginning of a uid, enough to tell two lives of a name from each other.
std::string short_of(const Uid& uid);
Object object_of(json::Value body);

// "apps/v1", "v1"
std::string api_version_of(const Resource& resource);

}  // namespace depops::agent::kubernetes
