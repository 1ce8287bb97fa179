#include "agent/haproxy/prepare.h"

#include <unistd.h>

#include "agent/haproxy/admin_socket.h"
#include "agent/haproxy/render.h"
#include "shared/crash_point/crash_point.h"

namespace depops::agent::haproxy {
namespace {

// HAProxy starts only if there is a file.
Result<void> ensure_map(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return {};
  crash_point("haproxy.routes.before");
  DEPOPS_TRY_VOID(replace_file(path, ""));
  crash_point("haproxy.routes.after");
  return {};
}

}  // namespace

Result<void> prepare(const HaproxySettings& settings) {
  std::vector<RenderedService> services;
  for (const auto& [service, bind] : settings.binds) {
    DEPOPS_TRY_VOID(check_bind(service, bind));
    services.push_back({service, bind, {}, {}});
  }
  for (const auto& [service, bind] : settings.binds) DEPOPS_TRY_VOID(ensure_map(map_path(settings, service)));
  const std::string text = render(settings, services);
  const std::string trial = settings.config_path + ".trial";
  crash_point("haproxy.trial.before");
  DEPOPS_TRY_VOID(replace_file(trial, text));
  const Result<void> checked = check_configuration(settings.program, trial);
  ::unlink(trial.c_str());
  crash_point("haproxy.trial.after");
  if (!checked.ok()) return checked;
  if (::access(settings.config_path.c_str(), F_OK) == 0) return {};
  crash_point("haproxy.configuration.before");
  const Result<void> written = replace_file(settings.config_path, text);
  crash_point("haproxy.configuration.after");
  return written;
}

}  // namespace depops::agent::haproxy
