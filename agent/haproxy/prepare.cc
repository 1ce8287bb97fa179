#include "agent/haproxy/prepare.h"

#include <unistd.h>

#include "agent/haproxy/admin_socket.h"
#include "agent/haproxy/render.h"
#include "shared/crash_point/crash_point.h"

namespace depops::agent::haproxy {

Result<void> prepare(const HaproxySettings& settings) {
  std::vector<RenderedService> services;
  for (const auto& [service, bind] : settings.binds) {
    DEPOPS_TRY_VOID(check_bind(service, bind));
    services.push_back({service, bind, {}});
  }
  const std::string text = render(settings, services);
  const std::string trial = settings.config_path + ".trial";
  crash_point("haproxy.trial.before");
  DEPOPS_TRY_VOID(replace_file(trial, text));
  const Result<void> checked = check_configuration(settings.program, trial);
  ::unlink(trial.c_str());
  crash_point("haproxy.trial.after");
  DEPOPS_TRY_VOID(checked);
  if (::access(settings.config_path.c_str(), F_OK) == 0) return {};
  crash_point("haproxy.configuration.before");
  const Result<void> written = replace_file(settings.config_path, text);
  crash_point("haproxy.configuration.after");
  return written;
}

}  // namespace depops::agent::haproxy
