#include "hub/app/scale.h"

#include <vector>

#include "hub/app/progress.h"
#include "hub/app/registry.h"
#include "shared/rollout/size.h"

namespace depops::hub {
namespace {

std::string place_of(const Scale& request) {
  return request.site.empty() ? request.environment.str() : request.site.str() + " in " + request.environment.str();
}

// Nothing: all is well.
std::optional<Answer> objection(const World& world, const Scale& request) {
  if (request.reason.size() > kReasonBytesMax) return refused(Errc::invalid, "reason: at most 1,000 bytes are kept");
  if (request.replicas && (*request.replicas < 1 || *request.replicas > rollout::kSizeMax))
    return refused(Errc::invalid, "replicas: is " + std::to_string(*request.replicas) + "; 1 to 1,000 are possible");
  if (!world.environments.contains(request.environment))
    return refused(Errc::not_found, "no environment " + request.environment.str() + "; see: depops get environments");
  if (request.site.empty()) return std::nullopt;
  const auto site = world.sites.find(request.site);
  if (site == world.sites.end() || site->second.site.environment != request.environment)
    return refused(Errc::not_found,
                   "no site " + request.site.str() + " in " + request.environment.str() + "; see: depops get sites");
  return std::nullopt;
}

// The newest rollout of the service at each site meant.
std::vector<const Rollout*> addressed(const World& world, const Scale& request) {
  std::vector<const Rollout*> found;
  for (const auto& [name, entry] : world.sites) {
    if (entry.site.environment != request.environment || (!request.site.empty() && name != request.site)) continue;
    const auto target = entry.targets.find(request.service);
    if (target == entry.targets.end() || target->second.withdrawn) continue;
    const auto row = world.rollouts.find(target->second.rollout);
    if (row != world.rollouts.end()) found.push_back(&row->second);
  }
  return found;
}

}  // namespace

Answer scale(Turn& turn, const Scale& request) {
  if (auto no = objection(turn.world, request)) return *std::move(no);
  const auto rollouts = addressed(turn.world, request);
  if (rollouts.empty())
    return refused(Errc::not_found, "no site of " + place_of(request) + " runs " + request.service.str() +
                                        "; deploy a version of it first");
  Answer answer = made("service/" + request.service.str());
  for (const Rollout* row : rollouts) {
    rollout::Command command;
    command.verb = rollout::Verb::scale;
    command.reason = request.reason;
    command.replicas = request.replicas;
    answer.commands.push_back(give_command(turn, *row, std::move(command)).str());
    answer.results.push_back(row->site.str());
  }
  return answer;
}

bool is_carried(const World& world, const CommandRow& command, const SiteTarget& target) {
  if (command.rollout == target.rollout) return true;
  if (command.command.verb != rollout::Verb::scale) return false;
  const auto row = world.rollouts.find(command.rollout);
  return row != world.rollouts.end() && row->second.service == target.service;
}

}  // namespace depops::hub
