#pragma once

#include <string>
#include <vector>

#include "hub/cli/answer.h"
#include "hub/cli/public_key_file.h"
#include "shared/json/value.h"
#include "shared/trust/accept_root.h"

namespace depops::hub::cli {

// What the next version of a trust root changes, as it stands on the command line.
struct TrustChanges {
  std::vector<PublicKeyFile> keys;        // taken in
  std::vector<std::string> remove;        // key ids
  std::vector<std::string> revoke;        // key ids: removed, and never to count again
  std::vector<std::string> environments;  // "production=production"
  std::vector<std::string> quorums;       // "staging=1"
  std::vector<std::string> resets;        // "fra-1=900"
  std::uint32_t root_threshold = 0;       // 0: as before; in a first version the number of its people, at most 2
  Millis valid{0};
};

// Version 1 of nothing, or N+1 of `before`, checked as every site will check it.
Answer<trust::TrustRoot> next_root(const trust::TrustRoot* before, const TrustChanges& changes, Instant now);

// For people and scripts. `before`, if there is one, says whose signatures are asked for beside the root's own.
json::Value describe_root(const trust::SignedRoot& root, const trust::SignedRoot* before);
std::string text_of_root(const json::Value& described);

}  // namespace depops::hub::cli
