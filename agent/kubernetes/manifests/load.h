#pragma once

#include <string>
#include <vector>

#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/base/result.h"
#include "shared/rollout/snapshot.h"

namespace depops::agent::kubernetes {

// The manifests of a version, from its unpacked artifact: the files that it names, and of the folders all *.yaml, *.yml
// and *.json directly in them, by name. Nothing outside of the artifact is read. Errors: not_found (the artifact is not
// here, a file is not in it), invalid, exhausted (more than 4 MiB or 200 objects).
Result<std::vector<ManifestObject>> load_manifests(const std::string& artifacts_dir,
                                                   const rollout::VersionSnapshot& snapshot);

}  // namespace depops::agent::kubernetes
