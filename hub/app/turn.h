#pragma once

#include <set>
#include <string>
#include <utility>

#include "hub/app/hub.h"
#include "hub/app/world.h"

namespace depops::hub {

// One step under way: every change of the World goes through it, so that nothing is changed that is not also committed.
class Turn {
 public:
  Turn(World& of, Codec& with, const Moment& at) : world(of), codec(with), now(at) {
    out.changes.hub_epoch = world.hub_epoch;
  }

  World& world;
  Codec& codec;
  const Moment& now;
  Output out;
  Actor actor{"hub"};  // who caused the step, and with what
  std::string cause;

  // Writes the hub's leaf for one state change; digests of the two texts stand for the states.
  void leaf(const std::string& action, const std::string& object, const std::string& before, const std::string& after,
            const std::string& reason);
  EventRow& event(const std::string& kind, std::string text);

  void save(Environment row);
  void save(Artifact row);
  void save(Version row);
  void save(Release row);
  void save(const PlanDoc& row, std::shared_ptr<const rollout::Plan> plan);
  // Of a site: the row as it is in the World now.
  void save_site(const SiteEntry& entry) { out.changes.sites.push_back(entry.site); }
  void save_status(const SiteEntry& entry) { out.changes.site_status.push_back(entry.status); }
  void save_identity(SiteEntry& entry);
  void save_inbox(const SiteEntry& entry);
  void save(SiteFact row) { out.changes.facts.push_back(std::move(row)); }
  // A deployment as it should be; leaf and event if anything changed that people care about. `reason` goes to the leaf.
  void save(const Deployment& row);
  void save(const Rollout& row) { out.changes.rollouts.push_back(row); }
  void save(const SiteTarget& row) { out.changes.targets.push_back(row); }
  void save(JoinTokenRow row);
  void save(RecoveryRow row);
  void save(const CommandRow& row) { out.changes.commands.push_back(row); }

  // At the end of the step: a new generation for these, decide() for those.
  void mark_site(SiteEntry& entry);
  void touch(const DeploymentId& id) { touched_.insert(id); }
  std::set<DeploymentId> take_touched() { return std::exchange(touched_, {}); }
  std::set<SiteName> take_marked() { return std::exchange(marked_, {}); }

  void send(Effect effect) { out.effects.push_back(std::move(effect)); }
  void finish();  // counters, if they moved

 private:
  std::set<DeploymentId> touched_;
  std::set<SiteName> marked_;
  Counters counters_before_ = world.counters;
};

// One line that differs if the state differs: what before and after digests of a leaf are taken of.
std::string text_of(const Deployment& row);
std::string text_of(const SiteTarget& row);

// "sha256:..." over 0x00 and the bytes of a leaf.
std::string leaf_hash(Codec& codec, const std::string& bytes);

}  // namespace depops::hub
