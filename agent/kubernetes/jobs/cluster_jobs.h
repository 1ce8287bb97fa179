#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/jobs/errand.h"
#include "agent/kubernetes/jobs/janitor.h"
#include "agent/kubernetes/manifests/policy.h"
#include "agent/ports/job_runner.h"
#include "shared/ports/clock.h"

namespace depops::agent {

struct ClusterJobsSettings {
  SiteName site;
  std::string artifacts_dir;                         // dir/<64 hex digits>/ is a verified, unpacked artifact
  std::string notes_dir;                             // which Jobs were begun
  kubernetes::Policy policy;                         // where Jobs run, and what they may be
  std::function<void(const std::string&)> log = {};  // one key=value line; any thread
  kubernetes::ErrandRules errand{};
  kubernetes::JanitorRules janitor{};
};

// Runs Jobs in the namespace of the site, and shows it those that are to come. Needs get, list, create and delete of
// jobs, list of pods, get of pods/log, get and create of configmaps and secrets. `access` and `clock` must outlive it.
std::unique_ptr<JobRunner> make_cluster_jobs(ClusterJobsSettings settings, kubernetes::Access& access,
                                             const ports::Clock& clock);

}  // namespace depops::agent
