#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hub/app/hub.h"
#include "hub/main/settings.h"
#include "shared/mqtt/mqtt_transport.h"

namespace depops::hub {

// Keeps out of the brokers who was revoked: writes the list of revoked certificates, tells the mosquitto on this
// machine to read it, and ends connections at all of them. On a thread of its own: it waits for disk and brokers.
class BrokerGate {
 public:
  struct Parts {
    const Certificates* certificates;                         // null: nobody gives certificates here, there is no list
    std::string list_file;                                    // "": none is written
    std::string pid_file;                                     // of the mosquitto on this machine; "": nobody is told
    std::vector<mqtt::MqttSettings> as_hub;                   // how the hub connects to each broker
    std::function<void(Instant)> listed;                      // until when the list in the file counts
    std::function<void(const std::string& why)> handed_over;  // to the broker; "": it was, else why the list was not
    std::function<void(const std::string&)> log;
    std::chrono::milliseconds again{30'000};  // so long after a list that was not handed over
  };

  explicit BrokerGate(Parts parts);
  ~BrokerGate();

  // Any thread; return at once. A newer list replaces one that was not begun.
  void list(WriteRevocations list);
  void end_connection(const SiteName& site);

 private:
  void main();
  bool hand_over(const WriteRevocations& list);
  std::string write(const WriteRevocations& list);  // why it was not; "": it was
  std::string tell_broker();                        // likewise; "" also if people do that
  void take_over(const SiteName& site);

  Parts parts_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::optional<WriteRevocations> list_;
  std::deque<SiteName> ending_;
  bool stopping_ = false;
  std::string trouble_;  // the thread's: what was said last
  std::thread thread_;
};

// What of revoking a site a person must do, for the settings do not let the hub; empty: nothing.
std::string left_to_people(const Settings& settings);

}  // namespace depops::hub
