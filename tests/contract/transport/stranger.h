#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/contract/transport/mosquitto.h"

namespace depops::test {

struct Letter {
  std::string topic;
  std::string text;
  bool operator==(const Letter&) const = default;
};

// Somebody with a certificate of the broker's who does what our transport never would. MQTT 5; QoS 1.
class Stranger {
 public:
  // `name`.pem says who it is. At the sites' door the broker takes that for the client's id.
  Stranger(const Mosquitto& broker, const std::string& name, bool at_hub_door = false);
  ~Stranger();
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  void connect(const std::optional<Letter>& will = std::nullopt);
  int publish(const std::string& topic, const std::string& text, bool retained = false);  // the broker's reason code
  int subscribe(const std::string& topic);                                                // the broker's reason code
  std::vector<Letter> got() const;
  // All that came before a letter of that text did.
  std::vector<Letter> got_before(const std::string& text) const;

 private:
  class Client;
  std::unique_ptr<Client> client_;
};

}  // namespace depops::test
