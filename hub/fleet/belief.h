#pragma once

#include <optional>
#include <string>

#include "hub/fleet/site_status.h"

// What may be said about a site now. Ages are by the hub's clock.
namespace depops::hub::fleet {

enum class Connection {
  never,      // was never heard
  connected,  // heard within kConnectedFor and the broker did not say it is gone
  late,       // heard within kLateFor: may be a hiccup
  offline,    // longer, or gone by the broker's word
};

inline constexpr Millis kConnectedFor{75'000};  // two heartbeats of 30 s and a half
inline constexpr Millis kLateFor{300'000};

enum class Health { unknown, healthy, unhealthy };

const char* name_of(Connection connection) noexcept;
const char* name_of(Health health) noexcept;

struct Belief {
  Connection connection = Connection::never;
  Health health = Health::unknown;  // unknown unless connected or late
  std::string problem;              // what the site said is wrong, also when it is long ago
  std::optional<Instant> as_of;     // by the site's clock
  std::optional<Millis> age;        // since anything was heard
  bool behind = false;              // holds an older generation than was signed
  std::string recovery;             // why nothing is signed for it
  std::string frozen;               // likewise, and nothing is taken from it; its health is not known then
  bool operator==(const Belief&) const = default;
};

Belief belief_of(const SiteStatus& status, Instant now);

// "fra-1 was last heard 340 s ago: what is shown is old", "" while it is connected.
std::string warning(const SiteStatus& status, Instant now);

}  // namespace depops::hub::fleet
