#pragma once

#include <memory>
#include <string>

#include "hub/ports/certificates.h"
#include "shared/mqtt/mqtt_transport.h"
#include "shared/signing/signing.h"
#include "tests/bench/api.h"
#include "tests/contract/transport/mosquitto.h"
#include "tests/support/child.h"

namespace depops::bench {

// The middle of an installation as it runs in production, in directories of its own: mosquitto with certificates and
// access lists, and the depops-hub of this build. Trouble is thrown. Ends what it started.
class Centre {
 public:
  Centre();
  ~Centre();
  Centre(const Centre&) = delete;
  Centre& operator=(const Centre&) = delete;

  std::unique_ptr<Api> connect() const { return std::make_unique<Api>(api_port_, token_); }
  // Registers the site and gives it a certificate.
  void add_site(Api& api, const std::string& name, const std::string& environment, const signing::PublicKey& key);

  mqtt::MqttSettings site_client(const std::string& site) const;      // after add_site()
  mqtt::MqttSettings hub_client(const std::string& client_id) const;  // with the hub's rights, beside it

  const signing::PublicKey& hub_key() const { return hub_key_; }
  const std::string& directory() const { return directory_; }
  pid_t hub_pid() const { return hub_.pid(); }
  pid_t broker_pid() const { return broker_.pid(); }
  void stop_hub() { hub_.end(); }
  void kill_broker() { broker_.kill(); }
  void start_broker() { broker_.start(); }
  std::string logs() const;  // the ends of what hub and broker said, for a report of trouble

 private:
  void write_settings();
  void start_hub();

  std::string directory_;
  test::Mosquitto broker_;
  std::unique_ptr<hub::Certificates> authority_;  // of the sites
  std::uint16_t api_port_ = 0;
  std::string token_;
  signing::PublicKey hub_key_;
  test::Child hub_;
};

}  // namespace depops::bench
