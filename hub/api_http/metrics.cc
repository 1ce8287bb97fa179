#include "hub/api_http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace depops::hub::api_http {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,   0.25,   0.5,   1,    2.5,   5};

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("depops_hub_http_requests_total")
                                                          .Help("Answered requests by operation and status class")
                                                          .Register(registry);
  prometheus::Histogram& request_seconds = prometheus::BuildHistogram()
                                               .Name("depops_hub_http_request_seconds")
                                               .Help("Time from the request's head to its answer")
                                               .Register(registry)
                                               .Add({}, kSeconds);
  prometheus::Family<prometheus::Counter>& frames = prometheus::BuildCounter()
                                                        .Name("depops_hub_frames_total")
                                                        .Help("Frames from sites by what became of them")
                                                        .Register(registry);
  prometheus::Histogram& commit_seconds = prometheus::BuildHistogram()
                                              .Name("depops_hub_commit_seconds")
                                              .Help("Time of one group commit")
                                              .Register(registry)
                                              .Add({}, kSeconds);
  prometheus::Counter& inputs = prometheus::BuildCounter()
                                    .Name("depops_hub_inputs_total")
                                    .Help("Inputs whose changes are committed")
                                    .Register(registry)
                                    .Add({});
  prometheus::Family<prometheus::Gauge>& connected = prometheus::BuildGauge()
                                                         .Name("depops_hub_broker_connected")
                                                         .Help("1 while connected to the broker, by its address")
                                                         .Register(registry);
  prometheus::Gauge& revocations = prometheus::BuildGauge()
                                       .Name("depops_hub_revocation_list_ends_timestamp_seconds")
                                       .Help(
                                           "When the list of revoked site certificates runs out and the broker lets "
                                           "nobody in; renewed daily for 30 days, less than 20 are an alarm; 0: none")
                                       .Register(registry)
                                       .Add({});
  prometheus::Gauge& streams = prometheus::BuildGauge()
                                   .Name("depops_hub_event_streams")
                                   .Help("Event streams open now")
                                   .Register(registry)
                                   .Add({});
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}

Metrics::~Metrics() = default;

void Metrics::request(const std::string& operation, int status, double seconds) {
  const std::string status_class = std::to_string(status / 100) + "xx";
  families_->requests.Add({{"operation", operation}, {"status", status_class}}).Increment();
  families_->request_seconds.Observe(seconds);
}

void Metrics::frame(const std::string& outcome) { families_->frames.Add({{"outcome", outcome}}).Increment(); }

void Metrics::commit(double seconds, std::size_t inputs) {
  families_->commit_seconds.Observe(seconds);
  families_->inputs.Increment(static_cast<double>(inputs));
}

void Metrics::revocations_until(Instant end) {
  families_->revocations.Set(
      static_cast<double>(std::chrono::floor<std::chrono::seconds>(end).time_since_epoch().count()));
}

void Metrics::set_connected(const std::string& broker, bool connected) {
  families_->connected.Add({{"broker", broker}}).Set(connected ? 1 : 0);
}

void Metrics::set_streams(std::size_t count) { families_->streams.Set(static_cast<double>(count)); }

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(families_->registry.Collect()); }

}  // namespace depops::hub::api_http
