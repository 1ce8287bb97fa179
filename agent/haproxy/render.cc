#include "agent/haproxy/render.h"

#include <string_view>

#include "agent/haproxy/forced.h"

namespace depops::agent::haproxy {
namespace {

bool only(std::string_view text, std::string_view more) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && more.find(c) == std::string_view::npos) return false;
  }
  return true;
}

// FNV-1a: a name for a text, no protection against anybody.
std::string short_hash(const std::string& text) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  std::string digits;
  for (int i = 0; i < 16; ++i, hash >>= 4U) digits += "0123456789abcdef"[hash & 15U];
  return digits;
}

// Where the last server of a forced backend leads, and the ordinary backend is
// asked after all. Beside the admin socket, and no longer than its usual name.
std::string way_back(const HaproxySettings& settings, const ServiceName& service) {
  const std::string folder = settings.admin_socket.substr(0, settings.admin_socket.rfind('/') + 1);
  return "unix@" + folder + "o-" + short_hash(service.str()).substr(0, 8);
}

std::string render_backend(const HaproxySettings& settings, const RenderedService& service, const std::string& name,
                           const std::vector<RenderedServer>& servers) {
  std::string text = "\nbackend " + name + "\n  balance roundrobin\n";
  if (!settings.replay_writes) text += "  http-request disable-l7-retry unless { method GET HEAD OPTIONS }\n";
  if (!service.bind.health_path.empty()) text += "  option httpchk GET " + service.bind.health_path + "\n";
  text += "  default-server " + check_of(name) + "\n";
  for (const RenderedServer& server : servers) {
    text += "  server " + server.id.str() + " " + server.host + ":" + std::to_string(server.port) + " weight " +
            std::to_string(server.weight) + "\n";
  }
  if (!is_forced(name)) return text;
  return text + "  server " + kOrdinaryServer + " " + way_back(settings, service.service) + " backup no-check\n";
}

std::string render_service(const HaproxySettings& settings, const RenderedService& service) {
  const std::string name = service.service.str();
  const std::string ordinary = backend_of(service.service);
  std::string text = "\nfrontend fe_" + name + "\n  bind " + service.bind.address +
                     "\n  http-request set-var(txn.forced) req.hdrs,map_reg(" + map_path(settings, service.service) +
                     ")\n  use_backend %[var(txn.forced)] if { var(txn.forced) -m found }\n  default_backend " +
                     ordinary + "\n\nfrontend fe_" + name + "_ordinary\n  bind " + way_back(settings, service.service) +
                     " mode 600\n  default_backend " + ordinary + "\n" +
                     render_backend(settings, service, ordinary, service.servers);
  for (std::size_t i = 0; i < kMaxForcedSets; ++i) {
    const std::string backend = forced_backend(service.service, i);
    const auto servers = service.forced.find(backend);
    text += render_backend(settings, service, backend,
                           servers == service.forced.end() ? std::vector<RenderedServer>{} : servers->second);
  }
  return text;
}

std::string render_with(const HaproxySettings& settings, const std::vector<RenderedService>& services,
                        const std::string& description) {
  std::string text = "# Written by depops-agent of site " + settings.site +
                     " with every change. Edits are lost.\nglobal\n" + "  description " + description +
                     "\n  stats socket " + settings.admin_socket +
                     " mode 600 level admin expose-fd listeners\n"
                     "  hard-stop-after 60s\n"
                     "\ndefaults\n"
                     "  mode http\n"
                     "  timeout connect 1s\n  timeout client 30s\n  timeout server " +
                     std::to_string(settings.server_timeout.count()) +
                     "ms\n  timeout queue 5s\n"
                     "  timeout http-keep-alive 60s\n"
                     "  retries 3\n  option redispatch 1\n  retry-on "
                     "conn-failure empty-response\n"
                     "  option idle-close-on-response\n";
  for (const RenderedService& service : services) text += render_service(settings, service);
  return text;
}

}  // namespace

std::string backend_of(const ServiceName& service) { return "be_" + service.str(); }

std::string map_path(const HaproxySettings& settings, const ServiceName& service) {
  return settings.config_path.substr(0, settings.config_path.rfind('/') + 1) + "forced-" + service.str() + ".map";
}

// A refused connection takes a server out of a forced backend at once: so the
// request that met it, and those after it, find another.
std::string check_of(const std::string& backend) {
  const std::string check = "check inter 500 fall 2 rise 1";
  return is_forced(backend) ? check + " observe layer4 error-limit 1 on-error mark-down" : check;
}

std::string structure_of(const HaproxySettings& settings, const std::vector<RenderedService>& services) {
  std::vector<RenderedService> bare = services;
  for (RenderedService& service : bare) {
    service.servers.clear();
    service.forced.clear();
  }
  return "depops-" + settings.site + "-" + short_hash(render_with(settings, bare, ""));
}

std::string render(const HaproxySettings& settings, const std::vector<RenderedService>& services) {
  return render_with(settings, services, structure_of(settings, services));
}

Result<void> check_bind(const ServiceName& service, const HaproxyBind& bind) {
  if (bind.address.empty() || !only(bind.address, ".:*[]")) {
    return Error{Errc::invalid, "bind of " + service.str() + ": \"" + bind.address + "\" must be ADDRESS:PORT"};
  }
  if (!bind.health_path.empty() && (bind.health_path[0] != '/' || !only(bind.health_path, "/._-~%?=&"))) {
    return Error{Errc::invalid, "health path of " + service.str() + ": \"" + bind.health_path +
                                    "\" must begin with / and hold letters, digits and ._-~%?=& only"};
  }
  return {};
}

}  // namespace depops::agent::haproxy
