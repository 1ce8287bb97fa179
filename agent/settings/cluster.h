#pragma once

#include "agent/settings/reader.h"
#include "agent/settings/settings.h"

namespace depops::agent::settings {

// Sites that are a namespace of a cluster. Internal.

KubernetesRuntime read_kubernetes(Reader& reader, const YAML::Node& node);

// Keys below `router` that name one of them.
const std::set<std::string>& cluster_routers();
// `router`: a mapping with one of these keys and no other router.
ClusterRouting read_cluster_routing(Reader& reader, const YAML::Node& router);

}  // namespace depops::agent::settings
