#pragma once

#include <string>
#include <vector>

#include "agent/kubernetes/api/names.h"
#include "shared/json/value.h"

namespace depops::agent::kubernetes {

// Who wrote a field last, as metadata.managedFields says, for people: "argocd-controller". `field`: {"spec", "rules"}.
// "somebody" if the server does not say; "another depops-agent" if it was somebody under our own name.
std::string writer_of(const json::Value& object, const std::vector<std::string>& field, const FieldManager& ours);

}  // namespace depops::agent::kubernetes
