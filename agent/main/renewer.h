#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/app/renewal.h"
#include "agent/credentials/credentials.h"
#include "agent/link/link.h"
#include "agent/settings/settings.h"
#include "shared/mqtt/mqtt_transport.h"
#include "shared/ports/clock.h"

namespace depops::agent {

// The hub's joining listener, and how it is known.
struct Door {
  std::string url;
  Digest authority;  // of the infrastructure's certificate
};

// Keeps the site's certificate from running out: asks when `Renewal` says so, takes the answer, has the transport try
// it. A thread of its own, for the door may take its time.
class Renewer {
 public:
  struct Parts {
    Credentials& credentials;
    const ports::Clock& clock;
    signing::SecretKey key;                                      // the site's
    std::optional<Door> door;                                    // absent: not known
    std::function<void(const std::string& request)> ask_broker;  // returns at once
    std::function<void()> reconnect;
    std::function<void(const std::string&)> log;
  };

  explicit Renewer(Parts parts);
  ~Renewer() { stop(); }

  void start();
  void stop();
  // Any thread; return at once.
  void link(bool connected);
  void certificate(std::string pem);

 private:
  void work();
  void turn();
  void take(const std::string& pem);
  void ask_broker();
  void knock();

  Parts parts_;
  Renewal renewal_;  // the thread's
  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::vector<bool> links_;
  std::vector<std::string> certificates_;
  std::thread thread_;
};

Result<std::unique_ptr<Renewer>> make_renewer(const settings::Settings& settings, Credentials& credentials, Link& link,
                                              mqtt::MqttTransport& transport, const ports::Clock& clock);

}  // namespace depops::agent
