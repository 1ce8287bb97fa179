#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/manifest/manifest.h"
#include "shared/manifest/scenario.h"
#include "shared/rollout/record.h"

namespace depops::hub::rehearsal {

// What goes into a rehearsal, resolved as the hub resolves a release.
struct Script {
  manifest::Scenario scenario;
  std::shared_ptr<const rollout::Plan> plan;
  rollout::Snapshot stable;  // null: the first deployment
};

using DigestOf = std::function<Digest(const std::string&)>;

// Errors: not_found (pipeline, environment, template), refused (what comes with a later version), invalid.
Result<Script> script_of(const std::vector<manifest::Document>& documents, const EnvironmentName& environment,
                         const manifest::Scenario& scenario, const DigestOf& digest_of);

}  // namespace depops::hub::rehearsal
