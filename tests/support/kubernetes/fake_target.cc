#include "tests/support/kubernetes/fake_target.h"

#include <Poco/URI.h>

namespace depops::test {

std::optional<FakeTarget> target_of(const std::string& uri) {
  FakeTarget target;
  const Poco::URI read(uri);
  for (const auto& [name, value] : read.getQueryParameters()) target.query[name] = value;
  std::vector<std::string> parts;
  read.getPathSegments(parts);
  const bool core = !parts.empty() && parts[0] == "api";
  std::size_t next = 1;
  const auto take = [&] { return next < parts.size() ? parts[next++] : std::string(); };
  if (!core) target.group = take();
  target.version = take();
  if (target.version.empty()) return std::nullopt;
  if (parts.size() > next + 2 && parts[next] == "namespaces") {
    ++next;
    target.space = take();
  }
  target.plural = take();
  target.name = take();
  target.subresource = take();
  return target;
}

}  // namespace depops::test
