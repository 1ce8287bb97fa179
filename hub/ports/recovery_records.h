#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

namespace depops::hub {

// This hub was found to have lost memory: a site showed a document with this hub's own signature that it knows nothing
// of. Key: number, which counts up from 1. While the newest one is not ended nothing new is signed.
struct RecoveryRow {
  std::uint64_t number = 0;
  Instant noticed{};
  SiteName site;                  // that showed it first
  std::string why;                // what was noticed, for people
  Generation generation;          // of the document it showed
  HubEpoch hub_epoch;             // likewise
  std::uint64_t deployments = 0;  // newest deployment this hub knew then
  std::optional<Instant> ended;
  Actor ended_by;
  std::string reason;     // that person's
  HubEpoch raised_to{0};  // hub epoch since then
  bool operator==(const RecoveryRow&) const = default;
};

}  // namespace depops::hub
