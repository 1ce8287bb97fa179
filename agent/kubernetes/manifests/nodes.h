#pragma once

#include <vector>

#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/base/result.h"

// What is said of nodes in a DaemonSet. Pure.
namespace depops::agent::kubernetes {

// Error `refused`, with the place: the annotation depops.io/batch-label stands on something else than a DaemonSet, or
// is no name of a label.
Result<void> check_batch_labels(const std::vector<ManifestObject>& manifests);

// A DaemonSet has no number of pods, so one without any wants nodes with a label that none has; and it is no version's.
// Both take and give the template of its pods.
json::Value parked(const json::Value& pod_template);
bool is_parked(const json::Value& pod_template);

}  // namespace depops::agent::kubernetes
