#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "agent/local_api/local_api.h"
#include "agent/main/commands.h"
#include "agent/main/disk.h"
#include "agent/main/lease_hold.h"
#include "agent/main/local_verbs.h"
#include "agent/main/log.h"
#include "agent/main/pages.h"
#include "agent/main/parts.h"
#include "agent/main/standby.h"
#include "agent/main/trust_pin.h"
#include "agent/main/workload_show.h"
#include "agent/metrics/metrics.h"
#include "shared/crash_point/crash_point.h"
#include "shared/signing/signing.h"

namespace depops::agent {
namespace {

constexpr timespec kStorageEvery{5, 0};
constexpr unsigned kEndWithin = 8;  // seconds after the lease was lost; others may begin after ten
constexpr int kReleaseAfter = 6;    // turns of kStorageEvery

Storage storage_of(const std::string& directory) {
  const auto free = free_bytes(directory);
  if (!free) return Storage::gone;
  if (*free < kFullBytes) return Storage::full;
  return *free < kLowBytes ? Storage::low : Storage::ok;
}

[[noreturn]] void die() {
  log_line("event=fatal reason=\"the journal can not be used; restart the agent when its disk is well\"");
  std::_Exit(1);
}

Parts parts_for(RealParts& real) {
  return {real.clock,
          *real.journal,
          *real.runtime,
          *real.router,
          *real.artifacts,
          *real.metrics,
          *real.hooks,
          *real.link,
          log_line,
          die,
          [&real](Millis skew) { real.site_clock.correct(skew); },
          [&real] { return real.voice.word(); }};
}

Downlink downlink_for(Driver& driver, Renewer& renewer) {
  Downlink down;
  down.desired = [&driver](DesiredRead read) {
    driver.post(DesiredArrived{std::move(read.bytes), std::move(read.desired), std::move(read.refused_code),
                               std::move(read.refused_reason), std::move(read.evidence)});
  };
  down.hub_state = [&driver](const sync::HubState& state) { driver.post(HubSeen{state}); };
  down.message = [&driver, &renewer](sync::DownMessage message, Instant at) {
    if (auto* given = std::get_if<sync::Certificate>(&message)) return renewer.certificate(std::move(given->pem));
    driver.post(FromHub{std::move(message), at});
  };
  down.link = [&driver, &renewer](bool connected) {
    log_line(std::string("event=link connected=") + (connected ? "true" : "false"));
    renewer.link(connected);
    driver.link(connected);
  };
  down.taken_over = [&driver] { driver.post(TakenOver{}); };
  down.dropped = [&driver](const std::string& code, const std::string& reason) {
    log_line("event=frame-dropped code=" + code + " reason=" + quoted(reason));
    driver.post(FrameDropped{code, reason});
  };
  return down;
}

// Waits for SIGTERM, SIGINT or the loss of the lease and looks at the disk and at the broker meanwhile.
void attend(Driver& driver, const RealParts& real, const LeaseHold* lease, const settings::Settings& settings) {
  const sigset_t signals = awaited_signals();
  std::optional<Storage> seen;
  for (int turn = 0;; ++turn) {
    const Storage storage = storage_of(settings.state_directory);
    // That there is room is said again and again: a write refused after it was said makes the agent think otherwise.
    if (!seen || *seen != storage || storage == Storage::ok) driver.post(StorageSeen{storage});
    seen = storage;
    if (turn == kReleaseAfter) release_startup_pages();
    if (real.link->hub_is_away(settings.broker.patience)) real.transport->try_another();
    const int number = sigtimedwait(&signals, nullptr, &kStorageEvery);
    if (number == SIGTERM || number == SIGINT || (lease != nullptr && lease->lost())) return;
  }
}

// Threads inherit the mask, so it must stand before the first one starts.
void block_signals() {
  const sigset_t signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Result<Settings> agent_settings(const settings::Settings& settings, const Router& router) {
  Settings made;
  made.site = settings.site;
  made.site_epoch = settings.enrolment.site_epoch;
  made.least_generation = settings.enrolment.generation;
  made.least_hub_epoch = settings.enrolment.hub_epoch;
  made.least_time = settings.enrolment.time;
  made.telemetry_interval = settings.heartbeat;
  made.spool_entries = settings.spool.entries;
  made.health_bytes = settings.spool.health_kib << 10;
  made.coalesce_after = settings.spool.coalesce_after;
  made.agent_version = DEPOPS_VERSION;
  made.router = router.capabilities();
  made.jobs = settings.kubernetes.has_value();
  DEPOPS_TRY(made.trust, load_trust(settings));
  if (made.trust && settings.trust.starts_without_time) made.trust->untrusted_time = UntrustedTime::start;
  if (!made.trust) log_line("event=trust pinned=false reason=\"no trust root pinned\"");
  return made;
}

Result<std::unique_ptr<LocalServer>> listen_locally(const settings::Settings& settings, Driver& driver,
                                                    const ports::Clock& clock) {
  crash_point("start.socket.before");
  auto server = LocalServer::listen(
      socket_path(settings.state_directory),
      [&driver, &clock](const LocalRequest& request) { return answer_local(driver, request, clock.now().wall); });
  crash_point("start.socket.after");
  return server;
}

std::unique_ptr<WorkloadShow> show_workloads(const settings::Settings& settings, RealParts& real, Driver& driver) {
  if (!real.cluster) return nullptr;
  return std::make_unique<WorkloadShow>(settings, *real.cluster, driver, real.site_clock);
}

// Orderly, but before another agent may begin.
Result<void> end_of(const LeaseHold* lease) {
  if (lease == nullptr || !lease->lost()) return {};
  return Error{Errc::unavailable, "this agent may not act on its cluster any more and ends: " + lease->why()};
}

Result<void> act(const settings::Settings& settings, RealParts& real, const LeaseHold* lease) {
  DEPOPS_TRY(Settings own, agent_settings(settings, *real.router));
  Driver driver(std::move(own), parts_for(real));
  const Downlink down = downlink_for(driver, *real.renewer);
  DEPOPS_TRY_VOID(driver.start([&](const std::string& bytes) { down.desired(real.link->read_desired(bytes)); }));
  DEPOPS_TRY(const auto local, listen_locally(settings, driver, real.site_clock));
  std::unique_ptr<MetricsHttp> metrics;
  if (!settings.metrics_listen.empty()) {
    DEPOPS_TRY(metrics, MetricsHttp::listen(settings.metrics_listen, DEPOPS_VERSION, [&] { return driver.status(); }));
  }
  auto workloads = show_workloads(settings, real, driver);
  real.link->start(down);
  real.renewer->start();
  log_line("event=started site=" + settings.site.str() + " version=" + DEPOPS_VERSION);
  attend(driver, real, lease, settings);
  log_line("event=stopping");
  // Whatever hangs: what nobody fences any more must not go on.
  if (lease != nullptr && lease->lost()) ::alarm(kEndWithin);
  workloads.reset();
  real.renewer->stop();
  real.transport->stop();
  driver.stop();
  return end_of(lease);
}

Result<void> run(const settings::Settings& settings) {
  DEPOPS_TRY(const auto real, build_parts(settings));
  if (!real->cluster) return act(settings, *real, nullptr);
  DEPOPS_TRY(const Loaded loaded, real->journal->load());
  const LeaseHold lease(settings, loaded.incarnation, *real->cluster, real->clock);
  DEPOPS_TRY(const bool ours, stand_by(settings, lease));
  return ours ? act(settings, *real, &lease) : end_of(&lease);
}

}  // namespace

std::string socket_path(const std::string& state_directory) { return state_directory + "/agent.sock"; }

int run_agent(const std::string& config) {
  share_one_heap();
  const auto settings = settings::load_settings(config);
  if (!settings.ok()) return std::fprintf(stderr, "%s\n", settings.error().what.c_str()), 2;
  block_signals();
  const auto done = run(*settings);
  if (done.ok()) return 0;
  log_line("event=failed reason=" + quoted(done.error().what));
  return 1;
}

}  // namespace depops::agent
