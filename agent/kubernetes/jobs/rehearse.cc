#include "agent/kubernetes/jobs/rehearse.h"

#include "agent/kubernetes/jobs/job_state.h"
#include "agent/kubernetes/manifests/parts.h"

namespace depops::agent::kubernetes {
namespace {

std::optional<Failure> show(Client& client, const Resource& kind, const json::Value& object) {
  const Namespace space(object["metadata"]["namespace"].as_string());
  const auto shown = client.create(kind, space, object, Client::Trial::yes);
  if (shown.ok() || shown.failure().already_exists()) return std::nullopt;
  return shown.failure();
}

}  // namespace

std::optional<Failure> rehearse(Client& client, const JobObjects& objects) {
  for (const json::Value& attachment : objects.attachments) {
    if (auto failure = show(client, resource_of(attachment), attachment)) return failure;
  }
  return show(client, jobs(), objects.job);
}

}  // namespace depops::agent::kubernetes
