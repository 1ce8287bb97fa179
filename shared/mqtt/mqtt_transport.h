#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/base/moment.h"
#include "shared/ports/transport.h"

namespace depops::mqtt {

struct MqttSettings {
  std::string url;                    // "mqtts://host:port", or "mqtt://host:port" without TLS for tests on loopback
  std::vector<std::string> others{};  // brokers to walk on to when one does not answer, and round again
  std::string client_id;              // a site's is its name: the broker takes it from the certificate
  std::string ca, certificate, key;   // PEM files, read again at every connect
  // Asked for the certificate and its key, in place of those above, at every connect; with several brokers once for
  // each round of them. Thread: the adapter's.
  std::function<std::pair<std::string, std::string>()> identity;
  std::uint32_t session_expiry_s = 0;  // how long the broker keeps subscriptions and queue after a loss
  std::uint32_t keep_alive_s = 30;
  std::uint16_t receive_maximum = 100;  // messages the broker may send before it is answered
  std::uint32_t will_delay_s = 0;
  // Asked at every connect, so that the will can be signed for that session. Thread: the adapter's.
  std::function<std::optional<ports::Message>()> will;
  std::function<void(const std::string&)> log;  // what people should read: down and up again once each, refusals
  Millis retry_min{250};
  Millis retry_max{30'000};
  std::size_t queue_messages = 10'000;  // beyond the window; more is refused with `exhausted`
  std::size_t queue_bytes = 64 << 20;
};

// ports::Transport over MQTT 5. Starts clean at every connect: nothing is asked of the broker's memory. `link(true)`
// comes when the broker has confirmed all subscriptions; what was queued and not confirmed when the connection goes is
// lost. With several brokers: each attempt goes to the next in the list, one connection at a time.
class MqttTransport : public ports::Transport {
 public:
  explicit MqttTransport(MqttSettings settings);
  ~MqttTransport() override;

  // Once. The broker may be away; it is tried again for ever.
  void start(std::vector<std::string> topics, Handlers handlers) override;
  Result<void> publish(ports::Message message) override;
  bool connected() const override;
  // Connects anew to the same broker, as after a loss, with what `identity` says now; so does the next attempt if it is
  // not connected.
  void reconnect(const std::string& why);
  void try_another() override;
  // Says good-bye: no will is sent. What was published before leaves first, for at most 2 s.
  void stop() override;

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace depops::mqtt
