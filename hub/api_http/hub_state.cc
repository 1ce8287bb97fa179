#include "hub/api_http/alarms.h"
#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"

// The hub itself: its epoch, and whether its memory is whole.
namespace depops::hub::api_http {
namespace {

constexpr const char* kRemedy = "an admin who knows why: depops hub recover --reason WHY";

json::Value recovery_view(const RecoveryRow& row) {
  json::Value out;
  out.add("noticedAt", time_text(row.noticed)).add("site", row.site.str()).add("why", row.why);
  if (!row.ended) return out;
  out.add("endedAt", time_text(*row.ended)).add("endedBy", row.ended_by.str()).add("reason", row.reason);
  out.add("hubEpoch", row.raised_to.value());
  return out;
}

json::Value aside_view(const SiteStatus& status) {
  json::Value out;
  out.add("site", status.site.str()).add("why", status.recovery).add("generation", status.held.value());
  return out;
}

json::Value alarms_view(const Alarms* alarms) {
  json::Value out = json::Value::array();
  if (alarms == nullptr) return out;
  for (const Alarm& alarm : alarms->all()) {
    json::Value shown;
    shown.add("name", alarm.name).add("since", time_text(alarm.since)).add("what", alarm.what);
    out.push(std::move(shown));
  }
  return out;
}

Response hub_view(const Backend& backend) {
  const auto found = backend.registry.hub();
  if (!found) return problem_of(found.error());
  const HubView& hub = found.value();
  const bool recovery = !hub.recoveries.empty() && !hub.recoveries.back().ended;
  json::Value aside = json::Value::array();
  for (const SiteStatus& status : hub.set_aside) aside.push(aside_view(status));
  json::Value past = json::Value::array();
  for (const RecoveryRow& row : hub.recoveries) past.push(recovery_view(row));
  json::Value out;
  out.add("version", backend.version).add("epoch", hub.hub_epoch.value());
  out.add("state", recovery ? "recovery" : "ok").add("sitesSetAside", std::move(aside));
  if (recovery || !hub.set_aside.empty()) out.add("remedy", kRemedy);
  out.add("recoveries", std::move(past)).add("alarms", alarms_view(backend.alarms));
  return json_response(200, out);
}

}  // namespace

Response get_hub(const Request&, const Backend& backend) { return hub_view(backend); }

Response recover_hub(const Request& request, const Backend& backend) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  const Recover wanted{body.text("reason", 1'000, true)};
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  const auto answer = give(request, backend, wanted);
  if (!answer) return problem_of(answer.error());
  if (!answer.value().ok) return problem_of(answer.value());
  return hub_view(backend);
}

}  // namespace depops::hub::api_http
