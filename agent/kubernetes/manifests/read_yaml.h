#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/result.h"
#include "shared/json/value.h"

namespace depops::agent::kubernetes {

// One object of a file of manifests.
struct ManifestObject {
  json::Value body;   // as the API takes it
  std::string place;  // "k8s/app.yaml:12: Deployment web"
};

inline constexpr std::size_t kManifestTextMax = 1 << 20;  // bytes of one file
inline constexpr std::size_t kManifestObjectsMax = 200;   // of one version
inline constexpr std::size_t kManifestDepthMax = 64;
inline constexpr std::size_t kManifestValuesMax = 100'000;  // of one file

// All objects of a text of YAML documents (JSON is YAML, too); a List is its items. Values mean what kubectl takes them
// for; what readers of YAML disagree about is refused, and so are keys that stand twice, anchors, aliases and tags.
// Error `invalid`: "file:line:column: what; remedy".
Result<std::vector<ManifestObject>> read_manifests(std::string_view text, const std::string& file);

}  // namespace depops::agent::kubernetes
