#pragma once

#include <string>

#include "shared/rollout/plan.h"

// Who counts at an approval step; the hub asks it too, to answer a person at once.
namespace depops::rollout {

// The same person at the site's socket and at the hub is one: "local:alice" is "alice".
std::string person_of(const Actor& actor);

// Whether this person asked for the release and the step wants others.
bool is_excluded(const Plan& plan, const Approval& approval, const Actor& actor);

}  // namespace depops::rollout
