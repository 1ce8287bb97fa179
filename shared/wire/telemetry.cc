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

void put_span(const sync::HealthSpan& span, v1::HealthSpan& out) {
  out.set_from_ms(ms_of(span.from));
  out.set_to_ms(ms_of(span.to));
  out.set_healthy(span.healthy);
  out.set_problem(clipped(span.problem, sync::kHealthTextMax));
  for (const sync::ServiceHealth& service : span.services) {
    auto* row = out.add_services();
    row->set_service(service.service.str());
    row->set_desired(service.desired);
    row->set_ready(service.ready);
    row->set_restarts(service.restarts);
    row->set_in_flight(service.in_flight);
  }
}

sync::HealthSpan get_span(const v1::HealthSpan& message, Intake& in) {
  sync::HealthSpan span;
  span.from = in.instant(message.from_ms(), "past.from");
  span.to = in.instant(message.to_ms(), "past.to");
  in.require(span.from < span.to && span.to - span.from <= sync::kHealthSpanMax, "past.to", "is not within an hour");
  span.healthy = message.healthy();
  span.problem = in.text(message.problem(), "past.problem", sync::kHealthTextMax);
  in.count(message.services_size(), "past.services", sync::kHealthServicesMax);
  if (!in.ok()) return span;
  for (const auto& row : message.services()) {
    span.services.push_back({in.name<ServiceName>(row.service(), "past.services.service"), row.desired(), row.ready(),
                             row.restarts(), row.in_flight()});
  }
  return span;
}

}  // namespace

void put(const sync::Telemetry& telemetry, v1::Telemetry& out) {
  out.set_at_ms(ms_of(telemetry.at));
  out.set_healthy(telemetry.healthy);
  out.set_problem(clipped(telemetry.problem));
  out.set_dropped(telemetry.dropped);
  out.set_past_dropped(telemetry.past_dropped);
  for (const sync::HealthSpan& span : telemetry.past) put_span(span, *out.add_past());
  if (telemetry.clock) {
    out.mutable_clock()->set_trusted(telemetry.clock->trusted);
    out.mutable_clock()->set_skew_ms(telemetry.clock->skew.count());
  }
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
  telemetry.past_dropped = in.number(message.past_dropped(), "past_dropped");
  in.count(message.past_size(), "past", sync::kHealthSpansMax);
  for (const auto& span : message.past()) {
    if (in.ok()) telemetry.past.push_back(get_span(span, in));
  }
  if (message.has_clock())
    telemetry.clock = sync::ClockState{message.clock().trusted(),
                                       in.instant(message.clock().skew_ms(), "clock.skew_ms").time_since_epoch()};
  in.count(message.services_size(), "services", kServicesMax);
  for (const auto& service : message.services()) {
    if (in.ok()) telemetry.services.push_back(get_service(service, in));
  }
  return telemetry;
}

void put(const sync::HealthTaken& taken, v1::HealthTaken& out) { out.set_upto_ms(ms_of(taken.upto)); }

sync::HealthTaken get(const v1::HealthTaken& message, Intake& in) { return {in.instant(message.upto_ms(), "upto")}; }

}  // namespace depops::wire
