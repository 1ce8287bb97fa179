#include "hub/main/broker_files.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>

#include "hub/app/standing.h"
#include "hub/authority/file_authority.h"
#include "hub/broker/configuration.h"
#include "shared/clock/system_clock.h"
#include "shared/whole_file/whole_file.h"

namespace depops::hub {
namespace fs = std::filesystem;
namespace {

// "mqtts://127.0.0.1:8884" -> 8884
Result<std::uint16_t> port_of(const std::string& url) {
  const std::size_t colon = url.rfind(':');
  const char* begin = url.data() + (colon == std::string::npos ? url.size() : colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(begin, url.data() + url.size(), port);
  if (error == std::errc{} && end == url.data() + url.size() && port > 0) return port;
  return Error{Errc::invalid, "broker.url '" + url +
                                  "' in the settings names no port for the hub; write it as mqtts://127.0.0.1:8884"};
}

// The broker does not start without the list that it is to read; the hub, which writes it, may start later.
Result<void> begin_list(const Settings& settings) {
  const JoinSettings& join = settings.join;
  if (join.revocations.empty() || fs::exists(join.revocations)) return {};
  DEPOPS_TRY(const auto office, authority::FileAuthority::open(join.ca_certificate.string(), join.ca_key.string()));
  const Instant now = clock::SystemClock().now().wall;
  DEPOPS_TRY(const std::string list, office->revocations({}, now, now + kRevocationsLast));
  return whole_file::replace(join.revocations.string(), list, whole_file::Readers::all);
}

std::string absolute_text(const fs::path& path) { return path.empty() ? "" : fs::absolute(path).string(); }

}  // namespace

void add_broker_options(CLI::App& command, BrokerFiles& files) {
  command.add_option("--directory", files.directory, "where the files go; default: broker/ in the state directory");
  command.add_option("--certificate", files.certificate, "the broker's own, PEM")->required();
  command.add_option("--key", files.key, "of that certificate, PEM")->required();
  command.add_option("--host", files.host, "address both doors listen on")->capture_default_str();
  command.add_option("--sites-port", files.sites_port, "the door for agents")->capture_default_str();
  command.add_option("--sites-crl", files.sites_crl, "revoked certificates of sites, PEM");
  command.add_option("--hub-name", files.hub_name, "common name of the hub's certificate")->capture_default_str();
}

Result<void> write_broker_files(const BrokerFiles& files, const Settings& settings) {
  BrokerSettings out;
  DEPOPS_TRY(out.hub_port, port_of(settings.broker_urls.empty() ? "" : settings.broker_urls.front()));
  out.directory =
      absolute_text(files.directory.empty() ? settings.state_directory / "broker" : fs::path(files.directory));
  out.host = files.host;
  out.sites_port = files.sites_port;
  out.sites_ca = absolute_text(settings.sites_tls.clients_ca);
  out.infra_ca = absolute_text(settings.broker_ca);
  out.certificate = absolute_text(files.certificate);
  out.key = absolute_text(files.key);
  out.sites_crl = absolute_text(files.sites_crl.empty() ? settings.join.revocations : fs::path(files.sites_crl));
  out.pid_file = absolute_text(settings.broker_pid_file);
  out.hub_name = files.hub_name;
  if (out.sites_ca.empty()) return Error{Errc::invalid, "sites.clientsCa is missing in the settings: who sites are"};
  if (out.infra_ca.empty()) return Error{Errc::invalid, "broker.ca is missing in the settings: who the hub is"};
  DEPOPS_TRY_VOID(begin_list(settings));
  DEPOPS_TRY(const std::string path, write_broker_configuration(out));
  std::cout << path << std::endl;
  return {};
}

}  // namespace depops::hub
