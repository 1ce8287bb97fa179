#include "agent/main/standby.h"

#include <signal.h>

#include <ctime>

#include "agent/local_api/local_api.h"
#include "agent/main/commands.h"
#include "agent/main/view_text.h"
#include "agent/metrics/metrics.h"

namespace depops::agent {
namespace {

constexpr timespec kUsual{2, 0};  // as long as a first answer may take: nobody has to be told of it
constexpr timespec kLook{5, 0};

enum class Came { nothing, lease, end };

Came wait_for_lease(const LeaseHold& lease, const timespec& most) {
  if (lease.ours()) return Came::lease;
  const sigset_t signals = awaited_signals();
  const int number = sigtimedwait(&signals, nullptr, &most);
  if (lease.lost() || number == SIGTERM || number == SIGINT) return Came::end;
  return lease.ours() ? Came::lease : Came::nothing;
}

LocalAnswer standby_answer(const SiteView& view, const LocalRequest& request) {
  if (request.verb == "status") return {true, Errc::internal, view_json(view, request.service)};
  return {false, Errc::refused, "this agent stands by and does nothing: " + view.standby};
}

}  // namespace

sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, kLeaseNews}) sigaddset(&signals, number);
  return signals;
}

Result<bool> stand_by(const settings::Settings& settings, const LeaseHold& lease) {
  if (const Came came = wait_for_lease(lease, kUsual); came != Came::nothing) return came == Came::lease;
  const auto view = [&settings, &lease] {
    SiteView made;
    made.site = settings.site;
    made.storage = "ok";
    made.standby = lease.why();
    return made;
  };
  DEPOPS_TRY(const auto local,
             LocalServer::listen(socket_path(settings.state_directory),
                                 [&view](const LocalRequest& asked) { return standby_answer(view(), asked); }));
  std::unique_ptr<MetricsHttp> metrics;
  if (!settings.metrics_listen.empty()) {
    DEPOPS_TRY(metrics, MetricsHttp::listen(settings.metrics_listen, DEPOPS_VERSION,
                                            [&view] { return Result<SiteView>(view()); }));
  }
  Came came = Came::nothing;
  while (came == Came::nothing) came = wait_for_lease(lease, kLook);
  return came == Came::lease;
}

}  // namespace depops::agent
