#include "agent/kubernetes/events/announce.h"

#include <algorithm>
#include <utility>

namespace depops::agent::kubernetes {
namespace {

using rollout::State;

std::string because_of(const ServiceView& view) { return view.status.reason.empty() ? "" : ": " + view.status.reason; }

std::string by(const ServiceView& view) { return view.status.actor.empty() ? "" : ", by " + view.status.actor.str(); }

std::string from_to(const ServiceView& view) {
  const std::string to = view.target.empty() ? view.stable.str() : view.target.str();
  return view.stable.empty() || view.stable.str() == to ? to : view.stable.str() + " to " + to;
}

// The version that the rollout brings, first of its sets.
const rollout::SetStatus* target_of(const ServiceView& view) {
  return view.status.sets.empty() ? nullptr : &view.status.sets.front();
}

Announcement about(const ServiceView& view, bool warning, const char* reason, std::string note) {
  const rollout::SetStatus* target = target_of(view);
  return {view.status.service, target == nullptr ? SetId() : target->set, warning, reason, std::move(note)};
}

Announcement end_of(const ServiceView& view) {
  const rollout::SetStatus* target = target_of(view);
  const std::string version = target == nullptr ? "the version" : target->label.str();
  const State state = view.status.state;
  if (state == State::completed) return about(view, false, "RolloutCompleted", version + " takes all requests");
  if (state == State::rolled_back || state == State::aborted)
    return about(view, true, "RolloutWentBack", "back to " + view.stable.str() + because_of(view));
  if (state == State::failed)
    return about(view, true, "RolloutFailed", "no healthy state could be reached" + because_of(view));
  return about(view, false, "RolloutEnded", std::string(rollout::name_of(state)) + because_of(view));
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void Announcer::tell(const Seen* before, const ServiceView& now, std::vector<Announcement>& out) {
  const rollout::RolloutStatus& status = now.status;
  for (const std::string& left : now.left_behind) {
    const bool told = before != nullptr && std::ranges::count(before->left_behind, left) > 0;
    if (!told) out.push_back(about(now, false, "LeftBehind", left));
  }
  if (status.rollout.empty()) return;
  const bool other = before == nullptr || before->rollout != status.rollout || before->attempt != status.attempt;
  const bool changed = other || before->state != status.state;
  if (other) {
    const std::string again = status.attempt > 1 ? ", attempt " + std::to_string(status.attempt) : "";
    out.push_back(about(now, false, "RolloutStarted", "from " + from_to(now) + again + by(now)));
  }
  if (changed && rollout::is_ended(status.state)) out.push_back(end_of(now));
  if (changed && status.state == State::rolling_back)
    out.push_back(about(now, true, "RolloutGoesBack", "requests return to " + now.stable.str() + because_of(now)));
  // A pause of the plan is no news; one that somebody or something else made is.
  const bool stands = status.state == State::paused && (changed || before->pauses != status.pauses);
  if (stands) out.push_back(about(now, false, "RolloutPaused", listed(status.pauses)));
}

std::vector<Announcement> Announcer::look(const SiteView& view) {
  std::vector<Announcement> out;
  std::map<ServiceName, Seen> services;
  for (const ServiceView& service : view.services) {
    const rollout::RolloutStatus& status = service.status;
    const auto before = services_.find(status.service);
    if (looked_) tell(before == services_.end() ? nullptr : &before->second, service, out);
    if (looked_ && !view.refused.empty() && view.refused != refused_)
      out.push_back({status.service, SetId(), true, "DesiredStateRefused", view.refused});
    services[status.service] = {status.rollout, status.attempt, status.state, status.pauses, service.left_behind};
  }
  services_ = std::move(services);
  refused_ = view.refused;
  looked_ = true;
  return out;
}

}  // namespace depops::agent::kubernetes
