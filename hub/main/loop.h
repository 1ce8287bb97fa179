#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/api_http/command_sink.h"
#include "hub/api_http/event_feed.h"
#include "hub/api_http/metrics.h"
#include "hub/driver/driver.h"
#include "hub/main/broker_gate.h"
#include "hub/main/intake.h"
#include "hub/main/outlet.h"

namespace depops::hub {

struct LoopParts {
  Store& store;
  Codec& codec;
  ports::Clock& clock;
  Outlet& outlet;
  api_http::EventFeed& feed;
  api_http::Metrics& metrics;
  Reading reading;
  std::function<void(const SiteName&, std::size_t door)> heard;  // a frame of the site, by that broker
  std::function<void(std::vector<Digest>)> collect;              // all blobs but these; returns at once
  BrokerGate* gate = nullptr;                                    // null: there is no broker to keep anybody out of
  std::function<void(const std::string&)> log;
  std::function<void()> give_up;  // another hub took over, or the store can not be used: end the process
  std::string read_only{};        // why nothing may be written; then nothing is taken, from nobody
};

// The hub from what the store holds, with the applied files parsed.
Result<Hub> hub_of(HubState state, Codec& codec);
Result<Hub> load_hub(Store& store, Codec& codec);

// Binds the driver to broker, event streams, metrics and log.
class Loop final : public api_http::CommandSink {
 public:
  Loop(LoopParts parts, Hub hub);

  void start();
  void stop() { driver_.stop(); }
  Result<Answer> run(ApiCommand command) override;
  // From the broker. False: the queue is full and the message was dropped.
  bool take(ports::Message message) { return parts_.read_only.empty() && driver_.take(std::move(message)); }
  std::string not_ready() const { return parts_.read_only.empty() ? driver_.trouble() : parts_.read_only; }

 private:
  Parts bound();
  std::optional<Input> read(const ports::Message& message, const World& world);
  void act(const Effect& effect);
  void give_certificate(const SendCertificate& granted);
  void show(std::vector<EventRow> events);

  LoopParts parts_;
  Driver driver_;
};

}  // namespace depops::hub
