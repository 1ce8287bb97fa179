#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/base/result.h"

// What a version no longer has stays in the cluster, unless a version says by name that it goes: the annotation
// `depops.io/remove: "Deployment/worker, Deployment/mailer"` on its Deployments or StatefulSet, with the names that the
// earlier versions' manifests gave them. Pure.
namespace depops::agent::kubernetes {

// "Deployment/worker", as an annotation names it and people are told.
std::string part_name(const std::string& kind, const std::string& name);

// What the annotation's text names, at most 20 parts; of one that does not read well nothing.
std::set<std::string> removals_in(const std::string& text);

// Error `refused`, with the place, of an annotation that can not be obeyed: on an object that runs nothing, about a
// kind that goes with its version anyway, about something that the version itself has.
Result<void> check_removals(const std::vector<ManifestObject>& manifests);

}  // namespace depops::agent::kubernetes
