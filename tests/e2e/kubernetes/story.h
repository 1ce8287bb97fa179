#pragma once

#include "tests/e2e/kubernetes/scene.h"

// What happens at a site whatever divides its requests. Each part begins and ends with one version that takes all of
// them, and no request fails but by an answer of 1.2.
namespace depops::stage {

void good_canary(Scene& scene);      // 1.1 completes
void bad_canary(Scene& scene);       // 1.2 is taken back
void crashing_canary(Scene& scene);  // 1.3, whose containers end by themselves; needs a node that serves their logs
void agent_dies(Scene& scene);       // in the middle of 1.3, and goes on
void hub_dies(Scene& scene);         // in the middle of 1.4: the site goes on, and reports afterwards

void whole_story(const Way& way);  // all of these but the crashing one, at a new site

}  // namespace depops::stage
