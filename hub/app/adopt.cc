#include "hub/app/adopt.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "hub/app/progress.h"
#include "hub/app/session.h"
#include "hub/app/supersede.h"

namespace depops::hub {
namespace {

// What becomes of one document.
struct Adoption {
  Turn& turn;
  SiteEntry& entry;
  const sync::Desired& shown;
  std::vector<std::string> taken;
  std::vector<std::string> lost;
};

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "nothing" : text;
}

std::string name_of(const sync::Target& target) { return target.service.str() + " " + target.plan.target.label.str(); }

// "d-7" is 7.
std::optional<std::uint64_t> number_in(const std::string& id, const std::string& prefix) {
  std::uint64_t number = 0;
  const char* end = id.data() + id.size();
  if (!id.starts_with(prefix)) return std::nullopt;
  const auto read = std::from_chars(id.data() + prefix.size(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number > (1ULL << 60)) return std::nullopt;
  return number;
}

void raise_counter(std::uint64_t& counter, const std::optional<std::uint64_t>& seen) {
  if (seen) counter = std::max(counter, *seen);
}

// Why nothing of the target can be taken.
std::string objection_to(const Adoption& one, const sync::Target& target) {
  const World& world = one.turn.world;
  if (one.turn.codec.digest(target.plan_bytes) != target.plan_digest) return "its plan is not the one it names";
  if (!number_in(target.deployment.str(), "d-")) return "its deployment's id is none of this hub's";
  if (!world.environments.contains(target.plan.environment))
    return "environment " + target.plan.environment.str() + " is not known; create it";
  const auto known = world.deployments.find(target.deployment);
  if (known != world.deployments.end() && known->second.deployment.service != target.service)
    return target.deployment.str() + " is another deployment here";
  const auto rollout = world.rollouts.find(target.rollout);
  if (rollout != world.rollouts.end() && rollout->second.plan != target.plan_digest)
    return target.rollout.str() + " is another rollout here";
  return "";
}

void add_version(Adoption& one, const sync::Target& target) {
  const rollout::VersionSnapshot& snapshot = target.plan.target;
  World& world = one.turn.world;
  if (!world.artifacts.contains(snapshot.artifact))
    one.turn.save(Artifact{snapshot.artifact, snapshot.artifact_size, one.shown.issued, {}});
  if (world.versions.contains({target.service, snapshot.label})) return;
  Version row;
  row.service = target.service;
  row.label = snapshot.label;
  row.artifact = snapshot.artifact;
  row.artifact_size = snapshot.artifact_size;
  row.committed_at = one.shown.issued;
  row.published_at = one.shown.issued;
  row.published_by = target.plan.requested_by;
  one.turn.save(row);
  one.lost.push_back("commits and author of version " + name_of(target));
}

void add_release(Adoption& one, const sync::Target& target) {
  const rollout::Plan& plan = target.plan;
  raise_counter(one.turn.world.counters.release, number_in(plan.release.str(), "r-"));
  if (one.turn.world.releases.contains(plan.release)) return;
  one.turn.save(Release{plan.release, target.service, plan.target.label, plan.environment, "",
                        "adopted from the document of " + one.entry.site.name.str(), one.shown.issued,
                        plan.requested_by});
  one.lost.push_back("change ticket and note of release " + plan.release.str());
}

void add_deployment(Adoption& one, const sync::Target& target) {
  World& world = one.turn.world;
  if (world.deployments.contains(target.deployment)) return;
  const rollout::Plan& plan = target.plan;
  Deployment row;
  row.id = target.deployment;
  row.number = *number_in(target.deployment.str(), "d-");
  row.release = plan.release;
  row.service = target.service;
  row.environment = plan.environment;
  row.tier = world.environments.at(plan.environment).tier;
  row.version = plan.target.label;
  row.plan = target.plan_digest;
  row.kind = plan.kind;
  row.held = true;
  row.reason = "adopted from generation " + std::to_string(one.shown.generation.value()) + " of " +
               one.entry.site.name.str() + " after this hub lost memory: resume it if it is still meant, or abort it";
  row.supersede = target.supersede;
  row.waves = static_cast<std::uint32_t>(plan.waves.size());
  for (const rollout::Wave& wave : plan.waves) row.sites += static_cast<std::uint32_t>(wave.sites.size());
  row.created = one.shown.issued;
  row.actor = plan.requested_by;
  raise_counter(world.counters.deployment, row.number);
  one.turn.save(row);
  auto& history = world.history[{row.service, row.environment}];
  std::ranges::sort(history, {}, [&](const DeploymentId& id) { return world.deployments.at(id).deployment.number; });
  one.taken.push_back("deployment " + row.id.str() + " of " + name_of(target));
}

void add_approvals(Adoption& one, const sync::Target& target) {
  DeploymentEntry& entry = one.turn.world.deployments.at(target.deployment);
  for (const std::string& envelope : target.approvals) {
    const Digest digest = one.turn.codec.digest(envelope);
    const bool known = std::ranges::any_of(entry.approvals, [&](const auto& row) { return row.row.digest == digest; });
    trust::Approval read = one.turn.codec.read_approval(envelope);
    if (known || !read.statement) continue;
    ApprovalRow row{target.deployment, digest, envelope, read.statement->person, one.turn.now.wall, one.turn.actor};
    one.turn.out.changes.approvals.push_back(row);
    entry.approvals.push_back({std::move(row), std::move(read)});
  }
}

std::uint32_t wave_with(const rollout::Plan& plan, const SiteName& site) {
  for (std::uint32_t i = 0; i < plan.waves.size(); ++i)
    if (std::ranges::find(plan.waves[i].sites, site) != plan.waves[i].sites.end()) return i;
  return 0;
}

// A site that goes back with the rest of its deployment has a plan of its own.
bool goes_back(const World& world, const sync::Target& target) {
  return target.plan.kind == rollout::ReleaseKind::rollback &&
         world.deployments.at(target.deployment).deployment.plan != target.plan_digest;
}

void add_rollout(Adoption& one, const sync::Target& target, const SiteTarget& before) {
  World& world = one.turn.world;
  if (world.rollouts.contains(target.rollout)) return;
  DeploymentEntry& deployment = world.deployments.at(target.deployment);
  Rollout row;
  row.id = target.rollout;
  row.deployment = target.deployment;
  row.site = one.entry.site.name;
  row.service = target.service;
  row.role = goes_back(world, target) ? RolloutRole::back : RolloutRole::forward;
  row.wave = wave_with(target.plan, row.site);
  row.plan = target.plan_digest;
  row.previous = before.stable_version;
  row.previous_plan = before.stable_plan;
  row.status.rollout = row.id;
  row.status.deployment = row.deployment;
  row.status.service = row.service;
  row.status.state = rollout::State::pending;
  row.status.actor = deployment.deployment.actor;
  row.status.reason = "adopted; what the site did of it is asked";
  row.created = one.shown.issued;
  row.updated = one.turn.now.wall;
  deployment.rollouts.push_back(row.id);
  one.turn.save(row);
  one.turn.touch(row.deployment);
  world.rollouts.insert_or_assign(row.id, std::move(row));
}

void add_commands(Adoption& one, const sync::Target& target) {
  for (const rollout::Command& command : target.commands) {
    raise_counter(one.turn.world.counters.command, number_in(command.id.str(), "c-"));
    const auto same = [&](const CommandRow& row) { return row.command.id == command.id; };
    if (std::ranges::any_of(one.entry.commands, same)) continue;
    CommandRow row;
    row.site = one.entry.site.name;
    row.rollout = target.rollout;
    row.command = command;
    one.turn.save(row);
    one.entry.commands.push_back(std::move(row));
  }
}

void point(Adoption& one, const sync::Target& target) {
  SiteTarget& row = one.entry.targets[target.service];
  if (row.rollout != target.rollout && !row.rollout.empty())
    close_commands(one.turn, one.entry, row.rollout, target.rollout);
  row.site = one.entry.site.name;
  row.service = target.service;
  row.rollout = target.rollout;
  row.deployment = target.deployment;
  row.epoch = target.epoch;
  row.plan = target.plan_digest;
  row.withdrawn = false;
  one.turn.save(row);
}

void adopt_target(Adoption& one, const sync::Target& target) {
  if (const std::string why = objection_to(one, target); !why.empty()) {
    one.lost.push_back("rollout " + target.rollout.str() + " (" + why + ")");
    return;
  }
  const SiteTarget before = one.entry.targets[target.service];
  one.turn.save(PlanDoc{target.plan_digest, target.plan_bytes}, std::make_shared<rollout::Plan>(target.plan));
  add_version(one, target);
  add_release(one, target);
  add_deployment(one, target);
  add_approvals(one, target);
  add_rollout(one, target, before);
  add_commands(one, target);
  point(one, target);
}

}  // namespace

void adopt(Turn& turn, SiteEntry& entry, const sync::Desired& shown, const std::string& bytes) {
  const Generation before = entry.desired.generation;
  Adoption one{turn, entry, shown, {}, {}};
  for (const sync::Target& target : shown.targets) adopt_target(one, target);
  entry.desired = {entry.site.name, shown.generation, shown.issued, bytes};
  turn.out.changes.desired.push_back(entry.desired);
  entry.status.signed_generation = shown.generation;
  entry.status.base = turn.codec.digest(bytes);
  entry.status.base_generation = shown.generation;
  const std::string text = "adopted the document that " + entry.site.name.str() +
                           " holds; taken: " + list_of(one.taken) + "; could not be recovered: " + list_of(one.lost);
  turn.leaf("site.adopted", "site/" + entry.site.name.str(), "generation " + std::to_string(before.value()),
            "generation " + std::to_string(shown.generation.value()), text);
  site_event(turn, entry, "site", text);
  turn.mark_site(entry);
}

}  // namespace depops::hub
