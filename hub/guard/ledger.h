#pragma once

#include <map>
#include <optional>
#include <vector>

#include "shared/trust/accept_root.h"

// What the holder of the release key remembers of what it signed. The caller keeps it before a signature goes out.
namespace depops::hub::guard {

inline constexpr std::size_t kVersionsMax = 32;  // of one service at one site

struct ServiceLine {
  RolloutId rollout;  // the newest that was allowed to begin
  Generation epoch;
  Digest plan;
  std::vector<Digest> versions;  // that ever were, by the digest of all that runs of them; newest last
  bool operator==(const ServiceLine&) const = default;
};

struct SiteLine {
  SiteName site;
  SiteEpoch site_epoch;
  HubEpoch hub_epoch;
  Generation generation;        // of the newest document
  Digest document;              // and its digest
  EnvironmentName environment;  // that the site's first rollout of this site epoch was for; empty: none began
  std::map<ServiceName, ServiceLine> services;
  bool operator==(const SiteLine&) const = default;
};

struct Ledger {
  std::map<SiteName, SiteLine> sites;
  std::optional<trust::SignedRoot> root;  // absent: nobody is asked for approvals
  HubEpoch hub_epoch;                     // highest of all sites
};

}  // namespace depops::hub::guard
