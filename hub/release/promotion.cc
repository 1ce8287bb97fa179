#include "hub/release/promotion.h"

#include <algorithm>

namespace depops::hub::release {
namespace {

using rollout::State;

bool healthy(const Standing& standing) { return standing.state == State::completed && !standing.change_failed; }

Reason refuse(std::string what, const std::string& blocked_by, std::string who) {
  return {"not-healthy-before", std::move(what), blocked_by, std::nullopt, std::move(who)};
}

}  // namespace

Reasons unhealthy_before(const ServiceName& service, const VersionLabel& version, const EnvironmentName& environment,
                         const std::vector<Standing>& before) {
  const std::string name = service.str() + " " + version.str();
  const std::string how = "depops deploy " + name + " -e " + environment.str();
  const auto newest = std::find_if(before.rbegin(), before.rend(),
                                   [&](const Standing& standing) { return standing.version == version; });
  if (newest == before.rend())
    return {refuse(name + " was never deployed to " + environment.str(), "environment/" + environment.str(),
                   "deploy it there first: " + how)};
  if (healthy(*newest)) return {};
  const std::string id = newest->deployment.str();
  const std::string object = "deployment/" + id;
  if (!rollout::is_ended(newest->state))
    return {refuse(name + " is still under way in " + environment.str() + " (" + id + ")", object,
                   "wait until " + id + " completed")};
  if (newest->state == State::completed)
    return {refuse(name + " was rolled back in " + environment.str() + " after " + id, object,
                   "deploy it there again, or publish a version that is fixed")};
  return {
      refuse(name + " is not healthy in " + environment.str() + ": " + id + " ended " + rollout::name_of(newest->state),
             object, "deploy it there again, or publish a version that is fixed")};
}

const Standing* live(const std::vector<Standing>& standings) {
  const auto found = std::find_if(standings.rbegin(), standings.rend(),
                                  [](const Standing& standing) { return standing.state == State::completed; });
  return found == standings.rend() ? nullptr : &*found;
}

const Standing* rollback_target(const std::vector<Standing>& standings, const VersionLabel& to) {
  const Standing* now = live(standings);
  const auto found = std::find_if(standings.rbegin(), standings.rend(), [&](const Standing& standing) {
    if (!healthy(standing)) return false;
    return to.empty() ? now != nullptr && standing.version != now->version : standing.version == to;
  });
  return found == standings.rend() ? nullptr : &*found;
}

const Standing* undone_by(const std::vector<Standing>& standings, const Standing& target) {
  const auto after = std::find_if(standings.begin(), standings.end(),
                                  [&](const Standing& standing) { return standing.deployment == target.deployment; });
  const auto found = std::find_if(after, standings.end(), [&](const Standing& standing) {
    return standing.version != target.version && standing.kind == rollout::ReleaseKind::forward && healthy(standing);
  });
  return found == standings.end() ? nullptr : &*found;
}

}  // namespace depops::hub::release
