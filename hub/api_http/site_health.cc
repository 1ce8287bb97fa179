#include <algorithm>

#include "hub/api_http/site_standing.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"

namespace depops::hub::api_http {

// Each with its own times and its age: what came late is not taken for how the site is now.
void add_health(const SiteView& site, Instant now, json::Value& out) {
  if (site.status.telemetry && site.status.telemetry->past_dropped > 0)
    out.add("healthHistoryDropped", site.status.telemetry->past_dropped);
  if (site.health.empty()) return;
  json::Value spans = json::Value::array();
  for (const HealthRow& row : site.health) {
    json::Value services = json::Value::array();
    for (const sync::ServiceHealth& service : row.services) {
      json::Value item;
      item.add("service", service.service.str()).add("desired", service.desired).add("ready", service.ready);
      item.add("restarts", service.restarts).add("inFlight", service.in_flight);
      services.push(std::move(item));
    }
    json::Value span;
    span.add("from", time_text(row.from)).add("to", time_text(row.to));
    span.add("health", row.healthy ? "healthy" : "degraded");
    add_text(span, "problem", row.problem);
    span.add("services", std::move(services)).add("receivedAt", time_text(row.received));
    span.add("ageMs", std::max(Millis{0}, Millis(now - row.to)).count());
    spans.push(std::move(span));
  }
  out.add("healthHistory", std::move(spans));
}

}  // namespace depops::hub::api_http
