#include "hub/app/health.h"

namespace depops::hub {

void keep_past(Turn& turn, const SiteEntry& entry, const std::vector<sync::HealthSpan>& past) {
  if (past.empty()) return;
  for (const sync::HealthSpan& span : past)
    turn.out.changes.health.push_back(
        {entry.site.name, span.from, span.to, span.healthy, span.problem, span.services, turn.now.wall});
  turn.send(SendDown{entry.site.name, sync::HealthTaken{past.back().to}});
}

}  // namespace depops::hub
