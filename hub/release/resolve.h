#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/release/registry.h"
#include "shared/base/result.h"
#include "shared/manifest/resolve.h"
#include "shared/rollout/plan.h"

// From a release to a plan: what the pipeline, its environment and the version make together. Everything a site
// needs is
// in the plan, so that it can finish, judge and undo alone.
namespace depops::hub::release {

struct Sources {
  const manifest::Pipeline* pipeline = nullptr;
  manifest::FindTemplate find_template;
  std::vector<const Site*> sites;  // of the environment, by name
  const Version* version = nullptr;
};

struct Order {
  ReleaseId release;
  EnvironmentName environment;
  std::vector<SiteName> only_sites;  // empty: all that the waves select
  Actor requested_by{};
};

using DigestOf = std::function<Digest(const std::string&)>;

// Errors: not_found (environment not in the pipeline, no site, a named site that no wave selects), refused (the file
// asks for something that comes with a later version), invalid (analysis).
Result<rollout::Plan> resolve(const Sources& sources, const Order& order, const DigestOf& digest_of);

// Back to what `earlier` ran: its snapshot whole, on `sites`, all at once, steps skipped.
rollout::Plan back_to(const rollout::Plan& earlier, const ReleaseId& release, std::vector<SiteName> sites);

// Service and the first 12 hex digits of the digest of all the rest.
SetId set_id_of(const rollout::VersionSnapshot& snapshot, const DigestOf& digest_of);

// A text in which two snapshots are equal only if they are the same; the set id is not part of it. The label is: a
// process is told its version, and the shares of traffic are counted by it.
std::string canonical_text(const rollout::VersionSnapshot& snapshot);

}  // namespace depops::hub::release
