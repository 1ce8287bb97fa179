#pragma once

#include <optional>
#include <string>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/manifests/version_objects.h"
#include "agent/kubernetes/watch/watcher.h"
#include "agent/kubernetes/workloads/decide.h"

namespace depops::agent::kubernetes {

Resource deployments();
Resource pods();

struct HandsSettings {
  SiteName site;
  std::string artifacts_dir;
  Policy policy;
};

// Carries out what was decided, through the watchers, so that nothing older than our writes is decided upon. Each act
// can be repeated, whatever became of it before. Thread: one.
class Hands {
 public:
  Hands(HandsSettings settings, Client& client, Watcher& deployments, Watcher& pods)
      : settings_(std::move(settings)), client_(client), deployments_(deployments), pods_(pods) {}

  // Error: why not, for people. `conflict`: the world moved on, decide again.
  Result<void> carry_out(const Act& act);

 private:
  Result<void> operator()(const Prepare& call);
  Result<void> operator()(const Scale& call);
  Result<void> operator()(const Stop& call);
  Result<void> operator()(const Remove& call);

  Result<void> rehearse(const VersionObjects& objects);
  Result<Uid> deployment(const ObjectKey& key, const VersionObjects& objects);
  Result<void> attach(const json::Value& attachment, const ObjectKey& owner, const Uid& uid);
  Error foreign(const Resource& resource, const ObjectKey& key) const;
  Result<void> scale(const Workload& workload, std::uint32_t replicas);
  Result<void> mark(const Pod& pod);
  Result<void> end(const Pod& pod);
  bool obeys_marks();

  const HandsSettings settings_;
  Client& client_;
  Watcher& deployments_;
  Watcher& pods_;
  std::optional<bool> obeys_marks_;
};

}  // namespace depops::agent::kubernetes
