#pragma once

#include <optional>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/manifests/job_objects.h"

namespace depops::agent::kubernetes {

// Shows a Job and what its pods refer to to the server, which only says what it would do. Nothing: it would take them.
std::optional<Failure> rehearse(Client& client, const JobObjects& objects);

}  // namespace depops::agent::kubernetes
