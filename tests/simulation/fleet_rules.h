#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "hub/app/hub.h"
#include "hub/app/world.h"

namespace depops::simulation {

// The hub's invariants of the design, held against every commit and every acknowledgement.
class FleetRules {
 public:
  // `world` is the hub's after the step whose changes were committed.
  void on_commit(const hub::Changeset& changes, const hub::World& world);
  void on_acknowledged(const SiteName& site, const sync::Ack& ack) const;
  void on_answer(const hub::Answer& answer);
  void on_retry(const DeploymentId& id) { ++retries_[id]; }
  // A hub was loaded from the store.
  void on_load(const hub::World& world) const;

  std::uint64_t recorded(const SiteName& site, sync::Stream stream) const;

 private:
  void check_logs(const hub::Changeset& changes);
  void check_documents(const hub::Changeset& changes);
  void check_deployments(const hub::Changeset& changes);
  void check_waves(const hub::Changeset& changes, const hub::World& world) const;
  void check_active(const hub::Changeset& changes, const hub::World& world) const;

  struct Site {
    std::uint64_t events = 0;
    std::uint64_t leaves = 0;
    std::uint64_t generation = 0;
  };
  std::map<SiteName, Site> sites_;
  std::map<DeploymentId, rollout::State> states_;
  std::map<DeploymentId, std::uint32_t> ends_;
  std::map<DeploymentId, std::uint32_t> retries_;
  std::map<RolloutId, bool> started_;
  std::uint64_t last_event_ = 0;
  std::uint64_t last_leaf_ = 0;
};

}  // namespace depops::simulation
