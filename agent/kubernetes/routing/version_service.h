#pragma once

#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/routing/binding.h"

// The Service in front of the pods of one version, named like its set.
namespace depops::agent::kubernetes {

// For server-side apply: all of it is ours.
json::Value version_service(const Binding& binding, const Namespace& space, const ServiceName& service,
                            const SetId& set);

// What is kept of such a Service when it is watched, and whether it does what version_service() says.
json::Value kept_of_service(const json::Value& object, const FieldManager& ours);
bool serves(const json::Value& kept, const Binding& binding, const SetId& set);

}  // namespace depops::agent::kubernetes
