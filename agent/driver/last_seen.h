#pragma once

#include <map>
#include <optional>
#include <vector>

#include "agent/app/input.h"

namespace depops::agent {

// What the world said last. Runtime, artifacts, link and hub speak only when something changes, so an agent that is
// built again while they live on is told this, or it would wait for ever.
class LastSeen {
 public:
  void note(const Input& input) {
    if (const auto* runtime = std::get_if<RuntimeFacts>(&input)) runtime_ = *runtime;
    if (const auto* router = std::get_if<RouterFacts>(&input)) router_ = *router;
    if (const auto* artifact = std::get_if<ArtifactFacts>(&input)) artifacts_[artifact->digest] = *artifact;
    if (const auto* link = std::get_if<LinkChanged>(&input)) take(*link);
    if (const auto* hub = std::get_if<HubSeen>(&input)) hub_ = *hub;
    if (const auto* hooks = std::get_if<HookFacts>(&input)) hooks_ = *hooks;
  }

  std::vector<Input> all() const {
    std::vector<Input> inputs;
    for (const auto& [digest, facts] : artifacts_) inputs.emplace_back(facts);
    if (hooks_) inputs.emplace_back(*hooks_);  // before the first look, or what runs would count as lost
    if (runtime_) inputs.emplace_back(*runtime_);
    if (router_) inputs.emplace_back(*router_);
    if (link_) inputs.emplace_back(*link_);
    if (hub_) inputs.emplace_back(*hub_);
    return inputs;
  }

 private:
  void take(const LinkChanged& link) {
    link_ = link;
    if (!link.connected) hub_.reset();
  }

  std::map<Digest, ArtifactFacts> artifacts_;
  std::optional<RuntimeFacts> runtime_;
  std::optional<RouterFacts> router_;
  std::optional<LinkChanged> link_;
  std::optional<HookFacts> hooks_;
  std::optional<HubSeen> hub_;
};

}  // namespace depops::agent
