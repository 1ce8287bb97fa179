#include "hub/app/retention.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <vector>

namespace depops::hub {
namespace {

constexpr auto kFresh = std::chrono::hours(24);
constexpr auto kLookAgain = std::chrono::hours(24);

void add_fresh(const World& world, Instant now, std::set<Digest>& kept) {
  for (const auto& [digest, row] : world.artifacts)
    if (row.stored + kFresh > now) kept.insert(digest);
  for (const auto& [key, row] : world.versions)
    if (row.published_at + kFresh > now) kept.insert(row.artifact);
}

void add_newest_versions(const World& world, std::set<Digest>& kept) {
  std::map<ServiceName, std::vector<const Version*>> by_service;
  for (const auto& [key, row] : world.versions) by_service[row.service].push_back(&row);
  for (auto& [service, versions] : by_service) {
    std::stable_sort(versions.begin(), versions.end(),
                     [](const Version* a, const Version* b) { return a->published_at > b->published_at; });
    for (std::size_t i = 0; i < std::min(versions.size(), kVersionsKept); ++i) kept.insert(versions[i]->artifact);
  }
}

void add_plan(const World& world, const Digest& plan, std::set<Digest>& kept) {
  const auto found = world.plans.find(plan);
  if (found != world.plans.end()) kept.insert(found->second.plan->target.artifact);
}

void add_sites(const World& world, std::set<Digest>& kept) {
  for (const auto& [name, entry] : world.sites) {
    for (const auto& [service, target] : entry.targets) {
      add_plan(world, target.plan, kept);
      add_plan(world, target.stable_plan, kept);
    }
  }
}

void add_under_way(const World& world, std::set<Digest>& kept) {
  for (const DeploymentId& id : world.under_way) {
    const DeploymentEntry& entry = world.deployments.at(id);
    add_plan(world, entry.deployment.plan, kept);
    for (const Rollout* rollout : world.rollouts_of(entry)) {
      add_plan(world, rollout->plan, kept);
      add_plan(world, rollout->previous_plan, kept);
    }
  }
}

// What a rollback may go to, and the newest deployment, which may be retried.
void add_undo(const World& world, std::set<Digest>& kept) {
  for (const auto& [place, deployments] : world.history) {
    std::set<VersionLabel> versions;
    if (!deployments.empty()) add_plan(world, world.deployments.at(deployments.back()).deployment.plan, kept);
    for (auto id = deployments.rbegin(); id != deployments.rend() && versions.size() < kVersionsKept; ++id) {
      const Deployment& row = world.deployments.at(*id).deployment;
      if (row.state != rollout::State::completed || row.failure) continue;
      versions.insert(row.version);
      add_plan(world, row.plan, kept);
    }
  }
}

}  // namespace

std::set<Digest> needed_artifacts(const World& world, Instant now) {
  std::set<Digest> kept;
  add_fresh(world, now, kept);
  add_newest_versions(world, kept);
  add_sites(world, kept);
  add_under_way(world, kept);
  add_undo(world, kept);
  return kept;
}

Instant collect_artifacts(Turn& turn) {
  const std::set<Digest> kept = needed_artifacts(turn.world, turn.now.wall);
  std::vector<Artifact> ended;
  CollectBlobs effect;
  for (const auto& [digest, row] : turn.world.artifacts) {
    if (kept.contains(digest) && !row.collected) effect.keep.push_back(digest);
    if (!kept.contains(digest) && !row.collected) ended.push_back(row);
  }
  for (Artifact& row : ended) {
    row.collected = turn.now.wall;
    turn.leaf("artifact.collected", "artifact/" + row.digest.str(), "stored", "collected",
              "no version that is live, young or kept for undo needs it");
    turn.save(row);
  }
  turn.send(std::move(effect));
  return turn.now.wall + kLookAgain;
}

Reasons collected(const World& world, const rollout::Plan& plan) {
  const auto row = world.artifacts.find(plan.target.artifact);
  if (row == world.artifacts.end() || !row->second.collected) return {};
  const std::string name = plan.service.str() + " " + plan.target.label.str();
  return {{"artifact-collected", "the artifact of " + name + " was collected, for nothing ran or could go back to it",
           "artifact/" + plan.target.artifact.str(), std::nullopt,
           "publish the same again: depops publish " + name + " --artifact FILE"}};
}

}  // namespace depops::hub
