#pragma once

#include <map>
#include <string>

#include "agent/kubernetes/api/names.h"
#include "agent/kubernetes/manifests/policy.h"
#include "agent/kubernetes/manifests/references.h"
#include "shared/rollout/snapshot.h"

// What everything that a version brings has in common.
namespace depops::agent::kubernetes {

using Labels = std::map<std::string, std::string>;

// Of the site, the service and the version.
Labels labels_of(const rollout::VersionSnapshot& snapshot, const SiteName& site);

Resource resource_of(const json::Value& attachment);

// A pod's spec in which each of these is a variable of each container, in the place of one of that name.
json::Value with_variables(const json::Value& pod_spec, const std::map<std::string, std::string>& variables);

// Objects of one owner: a set, or a Job.
class Parts {
 public:
  Parts(const rollout::VersionSnapshot& snapshot, std::string owner, Labels labels, const Policy& policy)
      : snapshot_(snapshot), owner_(std::move(owner)), labels_(std::move(labels)), policy_(policy) {}

  // Of metadata only what people wrote for others to read, with our marks.
  json::Value marked(const json::Value& meta, const std::string& name) const;
  // A ConfigMap or Secret, named by its content and the owner, so that it belongs to that alone and goes with it.
  json::Value attachment(const ManifestObject& object);
  // With the new names of what attachment() was called with.
  json::Value with_renames(const json::Value& pod_spec) const { return with_references(pod_spec, renames_); }
  const Labels& labels() const { return labels_; }

 private:
  const rollout::VersionSnapshot& snapshot_;
  const std::string owner_;
  const Labels labels_;
  const Policy& policy_;
  Renames renames_;
};

}  // namespace depops::agent::kubernetes
