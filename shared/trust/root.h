#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/trust/signed.h"

// Who has a say: the one document from which a site takes the keys it believes and the number of people a change needs.
// Signed by people offline, never by a hub.
namespace depops::trust {

using TrustVersion = Number<struct TrustVersionTag>;  // 1, 2, 3 ... without gaps

enum class Tier : std::uint8_t { development, staging, production };

inline constexpr std::uint32_t kProductionQuorum = 2;  // where no policy says another number; elsewhere 0
inline constexpr std::size_t kHoldersMax = 200;        // of one role
inline constexpr std::size_t kEnvironmentsMax = 500;
inline constexpr std::uint32_t kThresholdMax = 20;

// So many different people of `holders` must sign. `approver` and `break_glass` count by policy instead: threshold 1.
struct Role {
  std::uint32_t threshold = 1;
  std::vector<Holder> holders;
  bool operator==(const Role&) const = default;
};

struct TierOf {
  EnvironmentName environment;
  Tier tier = Tier::production;
  bool operator==(const TierOf&) const = default;
};

struct Policy {
  Tier tier = Tier::production;
  std::uint32_t quorum = kProductionQuorum;  // different people, the author not counted
  bool operator==(const Policy&) const = default;
};

// The way out of a generation that a stolen key drove far ahead: the site goes on from here, once.
struct FloorReset {
  SiteName site;
  Generation generation;
  bool operator==(const FloorReset&) const = default;
};

struct TrustRoot {
  TrustVersion version{1};
  Instant issued{};
  Instant expires{};
  Role root;
  Role hub_release;
  Role approver;
  Role break_glass;
  std::vector<TierOf> environments;
  std::vector<Policy> policies;
  std::vector<KeyId> revoked;
  std::vector<std::string> log_keys;  // of the hub's audit log, as note verifier keys; none: no proof is asked for
  std::vector<FloorReset> resets;
  bool operator==(const TrustRoot&) const = default;
};

// Keys of a role that were not revoked.
std::vector<Holder> valid_holders(const TrustRoot& root, const Role& role);

// An environment that is not listed counts as production.
Tier tier_of(const TrustRoot& root, const EnvironmentName& environment);
std::uint32_t quorum_of(const TrustRoot& root, const EnvironmentName& environment);

// Whether it can work at all: thresholds of at least 1 that its people can reach, no key in two roles or with two
// persons, no production without approval. `invalid` names what is wrong.
Result<void> check(const TrustRoot& root);

}  // namespace depops::trust
