#include "agent/kubernetes/api/object.h"

#include <utility>

namespace depops::agent::kubernetes {

Meta meta_of(const json::Value& object) {
  const json::Value& meta = object["metadata"];
  return {{Namespace(meta["namespace"].as_string()), ObjectName(meta["name"].as_string())},
          Uid(meta["uid"].as_string()),
          ResourceVersion(meta["resourceVersion"].as_string()),
          meta["generation"].as_int(),
          !meta["deletionTimestamp"].as_string().empty()};
}

std::string short_of(const Uid& uid) {
  constexpr std::size_t kDigits = 8;
  return uid.str().size() > 2 * kDigits ? uid.str().substr(0, kDigits) : uid.str();
}

Object object_of(json::Value body) {
  Meta meta = meta_of(body);
  return {std::move(meta), std::move(body)};
}

std::string api_version_of(const Resource& resource) {
  return (resource.group.empty() ? "" : resource.group.str() + "/") + resource.version.str();
}

}  // namespace depops::agent::kubernetes
