#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/kubernetes/access/access_config.h"
#include "shared/json/value.h"
#include "tests/support/kubernetes/api_server.h"

namespace depops::test {

// The ServiceAccount that the manifests name, with exactly what `roles` grant in the namespace: files of
// deploy/kubernetes, like "namespace/role.yaml", each a Role and its RoleBinding, or
// of the cluster; with that one what older servers need
// beside it. Throws if the server refuses one.
agent::kubernetes::AccessConfig agent_login(const ApiServer& server, const agent::kubernetes::Namespace& space,
                                            std::vector<std::string> roles);

// The objects of a file of deploy/kubernetes. Throws if it can not be read.
std::vector<json::Value> deploy_manifests(const std::string& file);

// "patch apps/deployments/scale": all that the Roles of the files grant.
std::set<std::string> rights_in(const std::vector<std::string>& roles);

}  // namespace depops::test
