#pragma once

#include <cstdint>
#include <string>

#include "hub/main/settings.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace depops::hub {

// What the hub's settings do not say about the broker. The rest follows from them: the authorities are those the hub
// itself trusts, the hub's door is the one it knocks at.
struct BrokerFiles {
  std::string directory;         // empty: "broker" in the state directory
  std::string certificate, key;  // the broker's own
  std::string host = "127.0.0.1";
  std::uint16_t sites_port = 8883;
  std::string sites_crl;
  std::string hub_name = "hub";
};

void add_broker_options(CLI::App& command, BrokerFiles& files);

// Writes mosquitto.conf and the access lists, prints the path of mosquitto.conf. Errors name what is missing.
Result<void> write_broker_files(const BrokerFiles& files, const Settings& settings);

}  // namespace depops::hub
