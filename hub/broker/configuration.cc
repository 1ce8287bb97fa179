#include "hub/broker/configuration.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace depops::hub {
namespace {

// A frame of 1 MiB and what MQTT puts around it.
constexpr std::uint32_t kPacketMax = (1 << 20) + (64 << 10);

// Limits instead of the defaults, which confirm messages and drop them. Nothing durable is asked of the broker. No
// option of a listener may stand here: mosquitto then opens one more, on port 1883 of every address.
constexpr const char* kLimits =
    "persistence false\n"
    "max_queued_messages 100000\n"
    "max_queued_bytes 268435456\n"
    "max_inflight_messages 1000\n"
    "max_keepalive 120\n"
    "set_tcp_nodelay true\n"
    "sys_interval 0\n"
    "log_dest stderr\n"
    "log_type error\n"
    "log_type warning\n"
    "log_type notice\n"
    "connection_messages false\n";

// Started as root the broker would become another user, who may not read the keys.
std::string own_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? "root" : entry->pw_name;
}

std::string listener(const BrokerSettings& settings, std::uint16_t port, const std::string& ca, const char* acl) {
  return "\nlistener " + std::to_string(port) + " " + settings.host + "\ncafile " + ca + "\ncertfile " +
         settings.certificate + "\nkeyfile " + settings.key +
         "\nrequire_certificate true\nuse_identity_as_username true\nallow_anonymous false\ntls_version tlsv1.3\n"
         "allow_zero_length_clientid false\n"
         "acl_file " +
         settings.directory + "/" + acl + "\n";
}

Error system_error(const std::string& path) {
  return {Errc::refused, path + ": " + std::strerror(errno) + "; check the directory and who may write there"};
}

Result<void> replace_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return system_error(fresh);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) {
    const Error error = system_error(path);
    ::unlink(fresh.c_str());
    return error;
  }
  return {};
}

// One option per line: a value with a line break would add options of its own.
Result<void> check(const BrokerSettings& settings) {
  for (const std::string* value :
       {&settings.directory, &settings.host, &settings.sites_ca, &settings.infra_ca, &settings.certificate,
        &settings.key, &settings.sites_crl, &settings.pid_file, &settings.hub_name}) {
    if (value->find_first_of("\r\n") != std::string::npos) {
      return Error{Errc::invalid, "broker settings: a value contains a line break; remove it"};
    }
  }
  if (settings.hub_name.empty() || settings.hub_name.find_first_of("/+# ") != std::string::npos) {
    return Error{Errc::invalid, "broker settings: the hub's name \"" + settings.hub_name + "\" is no common name"};
  }
  return {};
}

}  // namespace

std::string broker_configuration(const BrokerSettings& settings) {
  std::string text = "# Written by depops-hub; changes made here are lost.\nper_listener_settings true\nuser " +
                     own_user() + "\nmax_packet_size " + std::to_string(kPacketMax) + "\n" + kLimits;
  if (!settings.pid_file.empty()) text += "pid_file " + settings.pid_file + "\n";
  text += listener(settings, settings.sites_port, settings.sites_ca, "sites.acl");
  text += "use_username_as_clientid true\n";  // a site has one connection, under its own name
  if (!settings.sites_crl.empty()) text += "crlfile " + settings.sites_crl + "\n";
  text += listener(settings, settings.hub_port, settings.infra_ca, "hub.acl");
  return text;
}

// Written with the site's name from its certificate; the rule for names keeps '/', '+' and '#' out of it.
std::string sites_access_list() {
  return "pattern write depops/v1/%u/up/#\n"
         "pattern read depops/v1/%u/down/#\n"
         "pattern read depops/v1/all/#\n";
}

std::string hub_access_list(const BrokerSettings& settings) {
  return "user " + settings.hub_name + "\ntopic readwrite depops/#\n";
}

Result<std::string> write_broker_configuration(const BrokerSettings& settings) {
  DEPOPS_TRY_VOID(check(settings));
  if (::mkdir(settings.directory.c_str(), 0700) != 0 && errno != EEXIST) return system_error(settings.directory);
  const std::string path = settings.directory + "/mosquitto.conf";
  DEPOPS_TRY_VOID(replace_file(settings.directory + "/sites.acl", sites_access_list()));
  DEPOPS_TRY_VOID(replace_file(settings.directory + "/hub.acl", hub_access_list(settings)));
  DEPOPS_TRY_VOID(replace_file(path, broker_configuration(settings)));
  return path;
}

}  // namespace depops::hub
