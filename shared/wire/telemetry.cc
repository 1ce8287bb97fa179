#include "depops/v1/telemetry.pb.h"
#include "shared/wire/convert.h"

namespace depops::wire {
namespace {

sync::ServiceTelemetry get_service(const v1::ServiceTelemetry& message, Intake& in) {
  sync::ServiceTelemetry service;
  service.service = in.name<ServiceName>(message.service(), "service");
  service.stable = in.optional_label(message.stable(), "stable");
  service.desired = message.desired();
  service.ready = message.ready();
  in.count(message.weights_size(), "weights", kSetsMax);
  for (const auto& weight : message.weights()) {
    service.weights.emplace_back(in.label(weight.version(), "weights.version"),
                                 in.number32(weight.percent(), "weights.percent", 100));
  }
  service.requests = in.number(message.requests(), "requests");
  service.errors = in.number(message.errors(), "errors");
  return service;
}

}  // namespace

void put(const sync::Telemetry& telemetry, v1::Telemetry& out) {
  out.set_at_ms(ms_of(telemetry.at));
  out.set_healthy(telemetry.healthy);
  out.set_problem(clipped(telemetry.problem));
  out.set_dropped(telemetry.dropped);
  for (const sync::ServiceTelemetry& service : telemetry.services) {
    auto* row = out.add_services();
    row->set_service(service.service.str());
    row->set_stable(service.stable.str());
    row->set_desired(service.desired);
    row->set_ready(service.ready);
    for (const auto& [version, percent] : service.weights) {
      auto* weight = row->add_weights();
      weight->set_version(version.str());
      weight->set_percent(percent);
    }
    row->set_requests(service.requests);
    row->set_errors(service.errors);
  }
}

sync::Telemetry get(const v1::Telemetry& message, Intake& in) {
  sync::Telemetry telemetry;
  telemetry.at = in.instant(message.at_ms(), "at");
  telemetry.healthy = message.healthy();
  telemetry.problem = in.text(message.problem(), "problem");
  telemetry.dropped = in.number(message.dropped(), "dropped");
  in.count(message.services_size(), "services", kServicesMax);
  for (const auto& service : message.services()) {
    if (in.ok()) telemetry.services.push_back(get_service(service, in));
  }
  return telemetry;
}

}  // namespace depops::wire
