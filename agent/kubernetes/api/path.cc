#include "agent/kubernetes/api/path.h"

#include "shared/http/url.h"

namespace depops::agent::kubernetes {
namespace {

// "." and ".." would be taken for steps of a path.
std::string segment(const std::string& name) {
  if (name == "." || name == "..") return name == "." ? "%2E" : "%2E%2E";
  return http::encoded(name);
}

}  // namespace

std::string path_of(const ApiGroup& group, const ApiVersion& version) {
  return group.empty() ? "/api/" + segment(version.str())
                       : "/apis/" + segment(group.str()) + "/" + segment(version.str());
}

std::string path_of(const Resource& resource, const Namespace& space) {
  const bool one_space = resource.namespaced && !space.empty();
  return path_of(resource.group, resource.version) + (one_space ? "/namespaces/" + segment(space.str()) : "") + "/" +
         segment(resource.plural.str());
}

std::string path_of(const Resource& resource, const ObjectKey& key, const std::string& subresource) {
  return path_of(resource, key.space) + "/" + segment(key.name.str()) + (subresource.empty() ? "" : "/" + subresource);
}

Query& Query::add(const std::string& name, const std::string& value) {
  text_ += (text_.empty() ? "?" : "&") + name + "=" + http::encoded(value);
  return *this;
}

Query& Query::add_unless_empty(const std::string& name, const std::string& value) {
  return value.empty() ? *this : add(name, value);
}

}  // namespace depops::agent::kubernetes
