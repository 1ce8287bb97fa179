#pragma once

#include <set>
#include <string>

#include "agent/kubernetes/api/names.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/base/result.h"

namespace depops::agent::kubernetes {

// What versions may bring to a site; its own settings say it, and nobody from outside can widen it.
struct Policy {
  Namespace space;  // where everything of a version stands
  std::set<std::string> kinds{"ConfigMap", "DaemonSet", "Deployment", "Job", "Secret", "StatefulSet"};
  bool privileged = false;      // privileged containers, added capabilities, an unmasked /proc
  bool host_network = false;    // hostNetwork and hostPort
  bool host_path = false;       // volumes that are folders of the node
  bool host_processes = false;  // hostPID, hostIPC
};

// Error `refused`: "place: field: what is not allowed here; remedy". Looks at the object alone, asks nobody.
Result<void> check_policy(const ManifestObject& object, const Policy& policy);
// The same for what a hook or an analysis runs: a Job and nothing else, and no part of a version.
Result<void> check_job_policy(const ManifestObject& object, const Policy& policy);

}  // namespace depops::agent::kubernetes
