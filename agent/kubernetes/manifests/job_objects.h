#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/kubernetes/manifests/policy.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/base/moment.h"
#include "shared/rollout/snapshot.h"

// What a run of a hook, or a measurement, becomes in a cluster. Pure.
namespace depops::agent::kubernetes {

// Which run it is. The same run has the same name, so that it is found again and never begun twice.
struct JobRun {
  std::string key;          // "<rollout>/<step>/<attempt>"
  std::uint64_t order = 0;  // tells runs with one key apart; 0: a measurement
  std::string what;         // the hook's or the metric's name, for people
  Millis timeout{0};
  std::map<std::string, std::string> variables;  // of each container
};

struct JobObjects {
  json::Value job;
  std::vector<json::Value> attachments;  // ConfigMaps and Secrets that its pods name, the Job's own
};

// At most 63 characters: "checkout-migrate-3f9a1c22bd".
std::string job_name(const SiteName& site, const ServiceName& service, const JobRun& run);

// `file`: what the hook's file holds. `manifests`: those of the version, for what the Job's pods refer to. Refused
// like those of a version, and what would make the run another one than the machine ordered: a Job that is suspended,
// brings a selector or labels its pods with our own labels. It gets a limit of time, no attempts of its own unless it
// says so, and is not removed by the cluster, for its end must be seen.
Result<JobObjects> job_objects(const std::vector<ManifestObject>& file, const std::vector<ManifestObject>& manifests,
                               const rollout::VersionSnapshot& snapshot, const JobRun& run, const SiteName& site,
                               const Policy& policy);

// Whether what stands under the name is this very run, made of the same manifest.
bool is_same_run(const json::Value& there, const json::Value& meant);

}  // namespace depops::agent::kubernetes
