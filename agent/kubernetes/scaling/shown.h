#pragma once

#include <vector>

#include "agent/kubernetes/scaling/workload_object.h"
#include "agent/ports/site_view.h"

namespace depops::agent::kubernetes {

// What is to be seen of the services of a site, in its namespace. Pods are counted over all versions.
std::vector<WorkloadShown> shown_of(const SiteView& view, const Namespace& space);

}  // namespace depops::agent::kubernetes
