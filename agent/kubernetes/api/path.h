#pragma once

#include <string>

#include "agent/kubernetes/api/names.h"

namespace depops::agent::kubernetes {

// "/apis/apps/v1", "/api/v1"
std::string path_of(const ApiGroup& group, const ApiVersion& version);

// "/apis/apps/v1/namespaces/shop/deployments"; over all namespaces if `space` is empty. Names are encoded, so that none
// of them leads anywhere else.
std::string path_of(const Resource& resource, const Namespace& space);

// "/apis/apps/v1/namespaces/shop/deployments/web/scale"
std::string path_of(const Resource& resource, const ObjectKey& key, const std::string& subresource = "");

// "?limit=100&continue=..."; "" if nothing was added.
class Query {
 public:
  Query& add(const std::string& name, const std::string& value);
  Query& add_unless_empty(const std::string& name, const std::string& value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace depops::agent::kubernetes
