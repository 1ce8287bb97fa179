#include "hub/fleet/belief.h"

#include <algorithm>

namespace depops::hub::fleet {
namespace {

Connection connection_of(const SiteStatus& status, std::optional<Millis> age) {
  if (!age) return Connection::never;
  if (*age > kLateFor) return Connection::offline;
  if (!status.online) return Connection::offline;
  return *age <= kConnectedFor ? Connection::connected : Connection::late;
}

}  // namespace

const char* name_of(Connection connection) noexcept {
  switch (connection) {
    case Connection::never:
      return "never";
    case Connection::connected:
      return "connected";
    case Connection::late:
      return "late";
    case Connection::offline:
      return "offline";
  }
  return "?";
}

const char* name_of(Health health) noexcept {
  switch (health) {
    case Health::unknown:
      return "unknown";
    case Health::healthy:
      return "healthy";
    case Health::unhealthy:
      return "unhealthy";
  }
  return "?";
}

Belief belief_of(const SiteStatus& status, Instant now) {
  Belief belief;
  // A clock set back must not make a belief younger than new.
  if (status.heard) belief.age = std::max(Millis{0}, now - *status.heard);
  belief.connection = connection_of(status, belief.age);
  belief.behind = status.held < status.signed_generation;
  belief.recovery = status.recovery;
  belief.frozen = status.frozen;
  if (!status.telemetry) return belief;
  belief.as_of = status.telemetry->at;
  belief.problem = status.telemetry->problem;
  if (!status.frozen.empty()) return belief;
  if (belief.connection == Connection::connected || belief.connection == Connection::late)
    belief.health = status.telemetry->healthy ? Health::healthy : Health::unhealthy;
  return belief;
}

std::string warning(const SiteStatus& status, Instant now) {
  const Belief belief = belief_of(status, now);
  switch (belief.connection) {
    case Connection::connected:
      return "";
    case Connection::never:
      return status.site.str() + " was never heard";
    case Connection::late:
    case Connection::offline:
      break;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*belief.age).count();
  return status.site.str() + " was last heard " + std::to_string(seconds) + " s ago: what is shown is old";
}

}  // namespace depops::hub::fleet
