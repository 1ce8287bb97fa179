#include "agent/haproxy/render.h"

#include <functional>
#include <string_view>

namespace depops::agent::haproxy {
namespace {

bool only(std::string_view text, std::string_view more) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && more.find(c) == std::string_view::npos) return false;
  }
  return true;
}

std::string render_service(const HaproxySettings& settings, const RenderedService& service) {
  const std::string name = service.service.str();
  std::string text = "\nfrontend fe_" + name + "\n  bind " + service.bind.address + "\n  default_backend " +
                     backend_of(service.service) + "\n\nbackend " + backend_of(service.service) +
                     "\n  balance roundrobin\n";
  if (!settings.replay_writes) text += "  http-request disable-l7-retry unless { method GET HEAD OPTIONS }\n";
  if (!service.bind.health_path.empty()) text += "  option httpchk GET " + service.bind.health_path + "\n";
  text += "  default-server check inter 500 fall 2 rise 1\n";
  for (const RenderedServer& server : service.servers) {
    text += "  server " + server.id.str() + " " + server.host + ":" + std::to_string(server.port) + " weight " +
            std::to_string(server.weight) + "\n";
  }
  return text;
}

// FNV-1a: a name for a text, no protection against anybody.
std::string short_hash(const std::string& text) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  std::string digits;
  for (int i = 0; i < 16; ++i, hash >>= 4U) digits += "0123456789abcdef"[hash & 15U];
  return digits;
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

std::string structure_of(const HaproxySettings& settings, const std::vector<RenderedService>& services) {
  std::vector<RenderedService> bare = services;
  for (RenderedService& service : bare) service.servers.clear();
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
