#include "agent/kubernetes/jobs/rehearse.h"

#include "agent/kubernetes/jobs/job_state.h"
#include "agent/kubernetes/manifests/parts.h"

namespace depops::agent::kubernetes {

std::optional<Failure> rehearse(Client& client, const JobObjects& objects) {
  for (const json::Value& attachment : objects.attachments) {
    if (auto failure = client.would_refuse(resource_of(attachment), attachment)) return failure;
  }
  return client.would_refuse(jobs(), objects.job);
}

}  // namespace depops::agent::kubernetes
