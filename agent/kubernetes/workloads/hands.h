#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/manifests/version_objects.h"
#include "agent/kubernetes/watch/watcher.h"
#include "agent/kubernetes/workloads/decide.h"

namespace depops::agent::kubernetes {

Resource deployments();
Resource stateful_sets();
Resource daemon_sets();
Resource resource_of(InPlace::Kind kind);
Resource resource_quotas();

struct HandsSettings {
  SiteName site;
  std::string artifacts_dir;
  Policy policy;
};

// Carries out what was decided, through the watchers, so that nothing older than our writes is decided upon. Each act
// can be repeated, whatever became of it before. Thread: one.
class Hands {
 public:
  using InPlaceWatchers = std::function<Watcher&(InPlace::Kind)>;
  // `in_place`: the watcher of StatefulSets or of DaemonSets, which begins when it is asked for: most sites have none.
  Hands(HandsSettings settings, Client& client, Watcher& deployments, Watcher& pods, InPlaceWatchers in_place)
      : settings_(std::move(settings)),
        client_(client),
        deployments_(deployments),
        pods_(pods),
        in_place_(std::move(in_place)) {}

  // Error: why not, for people. `conflict`: the world moved on, decide again.
  Result<void> carry_out(const Act& act);
  const Uid& prepared() const { return prepared_; }  // the Deployment that was made ready last
  const std::map<std::string, std::string>& surveyed() const { return surveyed_; }  // the label's value of each node

 private:
  using Manifests = std::vector<ManifestObject>;
  struct Owner {
    std::string kind;
    ObjectKey key;
    Uid uid;
    Uid otherwise{};  // or this, which lives longer
  };

  Result<void> operator()(const Prepare& call);
  Result<void> operator()(const Scale& call);
  Result<void> operator()(const Stop& call);
  Result<void> operator()(const Remove& call);
  Result<void> operator()(const TakeOver& call);
  Result<void> operator()(const Join& call);
  Result<void> operator()(const Shift& call);
  Result<void> operator()(const Clear& call);
  Result<void> operator()(const Survey& call);
  Result<void> operator()(const Renew& call);
  Result<void> operator()(const Park& call);

  Result<void> prepare_in_place(const Prepare& call, const Manifests& manifests, const VersionObjects& objects);
  Result<void> make_in_place(const Prepare& call, const ObjectKey& key, const Manifests& manifests,
                             const VersionObjects& objects);
  Result<void> turn_to(const Prepare& call, const InPlace& object, const Manifests& manifests,
                       const VersionObjects& objects);
  Result<void> same_for_life(const InPlace& object, const json::Value& made);
  Result<void> serves_by_label(const json::Value& workload);
  Result<Owner> kept_template(const InPlace& object);

  Result<void> rehearse_all(const rollout::VersionSnapshot& snapshot, const Manifests& manifests,
                            const VersionObjects& own);
  Result<void> rehearse_beside(const rollout::VersionSnapshot& snapshot, const Manifests& manifests,
                               const VersionObjects& own);
  Result<void> rehearse(const VersionObjects& objects);
  Result<void> rehearse_attachments(const VersionObjects& objects);
  Result<void> show(const Resource& resource, const json::Value& object);
  Result<Uid> deployment(const ObjectKey& key, const Lookup& known, const VersionObjects& objects);
  Result<void> attach(const json::Value& attachment, const Owner& owner);
  Result<void> may_take_over(const std::vector<Adopted>& adopted);
  Result<void> room_for(const PodNeeds& needs, std::uint32_t pods);
  Result<void> room_to_begin(const Prepare& call, const Manifests& manifests, const VersionObjects& own,
                             std::uint32_t pods);
  Result<std::vector<PlannedPods>> planned_pods(const Prepare& call, const Manifests& manifests,
                                                const VersionObjects& own, std::uint32_t replicas) const;
  std::vector<json::Value> quotas();
  Result<void> within_budgets(const std::optional<rollout::Dip>& dip, const VersionObjects& objects);
  Error foreign(const Resource& resource, const ObjectKey& key) const;
  Result<void> scale(const ObjectKey& key, const ScaleTerms& seen, std::uint32_t replicas);
  Result<void> mark(const Pod& pod);
  Result<void> end(const Pod& pod);
  bool obeys_marks();

  const HandsSettings settings_;
  Client& client_;
  Watcher& deployments_;
  Watcher& pods_;
  const InPlaceWatchers in_place_;
  Discovery discovery_{client_};
  std::optional<bool> obeys_marks_;
  Uid prepared_;
  std::map<std::string, std::string> surveyed_;
};

}  // namespace depops::agent::kubernetes
