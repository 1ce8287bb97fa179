#pragma once

#include <memory>
#include <string>

#include "agent/kubernetes/access/access_config.h"
#include "agent/kubernetes/manifests/policy.h"
#include "agent/ports/runtime.h"
#include "shared/base/result.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct KubernetesSettings {
  SiteName site;
  std::string artifacts_dir;        // dir/<64 hex digits>/ is a verified, unpacked artifact
  kubernetes::AccessConfig access;  // secret: never printed
  kubernetes::Policy policy;        // where versions run, and what they may bring
  unsigned history = 2;             // sets without instances that are kept for each service
};

// Runs sets as Deployments. One label of ours, the site's, says what belongs to this agent: nothing else is watched or
// written. Whether the server can be reached is seen later, in the facts.
std::unique_ptr<Runtime> make_kubernetes_runtime(KubernetesSettings settings, const ports::Clock& clock);

}  // namespace depops::agent
