#pragma once

#include <cstdint>
#include <string>

#include "shared/base/result.h"

namespace depops::hub {

// What the broker (mosquitto 2.0) is told. All paths absolute.
struct BrokerSettings {
  std::string directory;  // where mosquitto.conf, sites.acl and hub.acl go; made if it is missing, mode 0700
  std::string host = "127.0.0.1";
  std::uint16_t sites_port = 8883;  // for agents: certificates of the sites' authority
  std::uint16_t hub_port = 8884;    // for the hub: certificates of the infrastructure's authority
  std::string sites_ca, infra_ca;   // PEM files
  std::string certificate, key;     // the broker's own
  std::string sites_crl;            // revoked site certificates; empty: none
  std::string pid_file;             // where the broker writes its number; empty: nowhere
  std::string hub_name = "hub";     // common name of the hub's certificate
};

std::string broker_configuration(const BrokerSettings& settings);
std::string sites_access_list();
std::string hub_access_list(const BrokerSettings& settings);

// Writes the three files, each whole or not at all. Returns the path of mosquitto.conf.
Result<std::string> write_broker_configuration(const BrokerSettings& settings);

}  // namespace depops::hub
