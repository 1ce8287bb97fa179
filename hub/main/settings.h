#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hub/api_http/server.h"
#include "shared/base/moment.h"
#include "shared/base/result.h"

namespace depops::hub {

// How sites join by themselves: `sites.ca` and `sites.join`.
struct JoinSettings {
  std::filesystem::path ca_certificate, ca_key;  // the authority of sites; empty: sites can not join
  std::optional<api_http::Listen> listen;        // the joining listener; absent: there is none
  std::string url;                               // of it, as sites reach it
  std::vector<std::string> broker_urls;          // the brokers' doors for sites, in the order sites try them
  std::string artifacts_url;
  std::filesystem::path revocations;  // the list of revoked certificates is written here; empty: nowhere
  Millis certificate_life = std::chrono::hours(24 * 7);  // what sites get, [10 s, 180 d]
};

// The hub's settings file (YAML). Paths are relative to the file.
struct Settings {
  std::filesystem::path state_directory;
  std::string hub_id;  // empty: the id of the release key, as agents expect it
  api_http::Listen api{"127.0.0.1", 8480};
  api_http::Listen sites{"127.0.0.1", 8481};
  api_http::SiteTls sites_tls;  // empty certificate: no listener for sites
  JoinSettings join;
  std::vector<std::string> broker_urls;  // all of them are used at once; none: without sites
  std::string broker_ca, broker_certificate, broker_key;
  std::string broker_pid_file;  // of mosquitto; empty: nobody tells it that the list of revoked certificates changed
  std::filesystem::path console;
  std::uint64_t artifact_max = std::uint64_t{1} << 30;
  std::filesystem::path release_key;  // default: release.key in the state directory
  std::filesystem::path public_key;   // of the release key, whoever holds it
  std::filesystem::path log_key;      // of the audit log, if the hub holds it; default: log.key in the state directory
  std::filesystem::path signer_socket;  // of `depops-hub signer`; empty: the hub holds the release key itself

  std::filesystem::path database() const { return state_directory / "hub.db"; }
  std::filesystem::path log_guard() const { return state_directory / "log.guard"; }
};

// Errors name file, key and remedy; unknown keys are refused.
Result<Settings> read_settings(const std::filesystem::path& file);

}  // namespace depops::hub
