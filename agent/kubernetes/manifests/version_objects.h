#pragma once

#include <vector>

#include "agent/kubernetes/manifests/policy.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/rollout/snapshot.h"

namespace depops::agent::kubernetes {

// What a version becomes in a cluster.
struct VersionObjects {
  // A Deployment with no instances, named by the set and never changed but for its scale; or a StatefulSet with none,
  // or a DaemonSet (which is made parked, nodes.h), with the name that it has in the manifests, which all versions of
  // the service share.
  json::Value workload;
  std::vector<json::Value> attachments;  // ConfigMaps and Secrets, immutable, named by what is in them
};

// Makes them of the manifests of a version: of its own workload, or of the Deployment of the companion
// that the snapshot is (shared/rollout/companions.h). Everything is refused before anything is touched, with the place,
// the field and the remedy: what the policy does not allow, a workload too many or too few, names that do not fit.
Result<VersionObjects> version_objects(const std::vector<ManifestObject>& manifests,
                                       const rollout::VersionSnapshot& snapshot, const SiteName& site,
                                       const Policy& policy);

bool is_in_place(const json::Value& workload);  // a StatefulSet or DaemonSet
bool is_daemon_set(const json::Value& workload);

// A version's name as a label's value, which is narrower: letters, digits and ".-_" between letters or digits.
std::string label_value_of(const VersionLabel& label);

}  // namespace depops::agent::kubernetes
