#include "agent/main/parts.h"

#include <unistd.h>

#include <climits>
#include <filesystem>
#include <utility>

#include "agent/artifacts/http_artifacts.h"
#include "agent/command/command_reader.h"
#include "agent/endpoints_file/endpoints_file.h"
#include "agent/haproxy/haproxy_router.h"
#include "agent/hooks/site_hooks.h"
#include "agent/http_json/http_json_reader.h"
#include "agent/journal_sqlite/sqlite_journal.h"
#include "agent/logs/logs_reader.h"
#include "agent/main/log.h"
#include "agent/main/machine.h"
#include "agent/process/process_runtime.h"
#include "agent/prometheus/prometheus_reader.h"
#include "agent/scrape/scrape_reader.h"
#include "agent/sources/sources.h"
#include "agent/workload/workload_reader.h"
#include "shared/crash_point/crash_point.h"
#include "shared/wire/topics.h"

namespace depops::agent {
namespace {

// The site's presence is its will: the broker says it when the agent can not.
constexpr std::uint32_t kWillDelayS = 30;
constexpr std::uint32_t kSessionExpiryS = 60;  // beyond the will's delay, or the broker would cut that short
constexpr std::uint16_t kReceiveMaximum = 16;

// depops-shim and depops-fetch stand beside depops-agent.
Result<std::string> beside_us(const char* program) {
  char self[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
  if (length <= 0) return Error{Errc::internal, "/proc/self/exe can not be read; is /proc mounted?"};
  const auto folder = std::filesystem::path(std::string(self, static_cast<std::size_t>(length))).parent_path();
  return (folder / program).string();
}

Result<void> make_directory(const std::string& path) {
  crash_point("start.folders.before");
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  crash_point("start.folders.after");
  if (failure) return Error{Errc::unavailable, path + ": " + failure.message() + "; make it writable for the agent"};
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, failure);
  return {};
}

Result<std::unique_ptr<Runtime>> make_runtime(const settings::Settings& settings, const ports::Clock& clock) {
  if (settings.kubernetes) return make_cluster_runtime(settings, clock);
  ProcessSettings process;
  process.site = settings.site.str();
  process.state_dir = settings.state_directory + "/instances";
  process.artifacts_dir = settings.state_directory + "/artifacts";
  DEPOPS_TRY(process.shim, beside_us("depops-shim"));
  process.first_port = settings.ports.first;
  process.last_port = settings.ports.last;
  return make_process_runtime(std::move(process), clock);
}

Result<std::unique_ptr<Router>> make_router(const settings::Settings& settings, RealParts& parts) {
  const ports::Clock& clock = parts.clock;
  if (settings.cluster_routing) return make_cluster_router(settings, *parts.cluster, clock);
  if (!settings.routed) return make_endpoints_file(settings.state_directory + "/endpoints.json", clock);
  HaproxySettings haproxy;
  haproxy.site = settings.site.str();
  haproxy.config_path = settings.haproxy.directory + "/haproxy.cfg";
  haproxy.admin_socket = settings.haproxy.directory + "/admin.sock";
  haproxy.master_socket = settings.haproxy.directory + "/master.sock";
  haproxy.program = settings.haproxy.binary;
  haproxy.server_timeout = settings.haproxy.server_timeout;
  for (const auto& [service, bind] : settings.haproxy.binds) haproxy.binds[service].address = bind;
  return make_haproxy_router(std::move(haproxy), clock);
}

Result<std::unique_ptr<Artifacts>> make_artifacts(const settings::Settings& settings, const Credentials& credentials) {
  HttpArtifactsSettings http;
  DEPOPS_TRY(http.program, beside_us("depops-fetch"));
  http.base_url = settings.hub.artifacts_url + "/api/v1/artifacts/";
  http.dir = settings.state_directory + "/artifacts";
  http.ca_file = settings.hub.ca;
  http.cert_file = settings.broker.certificate;
  http.key_file = settings.broker.key;
  http.identity = [&credentials] { return credentials.current(); };
  return make_http_artifacts(std::move(http));
}

mqtt::MqttSettings mqtt_settings(const settings::Settings& settings, Credentials& credentials) {
  mqtt::MqttSettings mqtt;
  mqtt.url = settings.broker.urls.front();
  mqtt.others.assign(settings.broker.urls.begin() + 1, settings.broker.urls.end());
  mqtt.client_id = settings.site.str();
  mqtt.ca = settings.broker.ca;
  mqtt.certificate = settings.broker.certificate;
  mqtt.key = settings.broker.key;
  mqtt.identity = [&credentials] { return credentials.offer(); };
  mqtt.session_expiry_s = kSessionExpiryS;
  mqtt.receive_maximum = kReceiveMaximum;
  mqtt.will_delay_s = kWillDelayS;
  mqtt.log = [](const std::string& text) { log_line("event=broker text=" + quoted(text)); };
  return mqtt;
}

// Two keys in memory: the link signs with one, the will is signed with the other on the transport's thread.
Result<void> make_link(const settings::Settings& settings, RealParts& parts) {
  DEPOPS_TRY(signing::SecretKey key, signing::load_secret_key(settings.keys.signing));
  DEPOPS_TRY(signing::SecretKey will_key, signing::load_secret_key(settings.keys.signing));
  DEPOPS_TRY(const signing::PublicKey hub_key, signing::load_public_key(settings.keys.hub));
  const LinkSettings link{settings.site, settings.enrolment.site_epoch, hub_key.id().str()};
  mqtt::MqttSettings mqtt = mqtt_settings(settings, *parts.credentials);
  mqtt.will = [link, &parts, key = std::make_shared<signing::SecretKey>(std::move(will_key))] {
    return ports::Message{wire::topic_of(wire::Channel::up_presence, link.site),
                          presence_frame(link, *key, {false, parts.voice.draw()}, parts.site_clock.now().wall), true,
                          1};
  };
  parts.transport = std::make_unique<mqtt::MqttTransport>(std::move(mqtt));
  parts.link = std::make_unique<Link>(link, *parts.transport, parts.site_clock, std::move(key), hub_key);
  DEPOPS_TRY(parts.renewer,
             make_renewer(settings, *parts.credentials, *parts.link, *parts.transport, parts.site_clock));
  return {};
}

std::unique_ptr<MetricSource> make_metrics(const settings::Settings& settings, const ports::Clock& clock) {
  PrometheusSettings prometheus;
  prometheus.url = settings.sources.prometheus_url;
  prometheus.ca = settings.sources.ca;
  HttpJsonSettings http;
  http.ca = settings.sources.ca;
  LogsSettings logs{settings.state_directory + "/instances/instances"};
  constexpr std::size_t kAtOnce = 4;
  std::vector<ReaderOf> readers;
  readers.push_back(reader_of<analysis::ScrapeProvider>(make_scrape_reader({}, clock), kAtOnce));
  readers.push_back(
      reader_of<analysis::PrometheusProvider>(make_prometheus_reader(std::move(prometheus), clock), kAtOnce));
  readers.push_back(reader_of<analysis::HttpProvider>(make_http_json_reader(std::move(http), clock), kAtOnce));
  readers.push_back(reader_of<analysis::CommandProvider>(make_command_reader(clock)));
  readers.push_back(reader_of<analysis::WorkloadProvider>(make_workload_reader(clock)));
  readers.push_back(reader_of<analysis::LogsProvider>(make_logs_reader(std::move(logs), clock)));
  return make_sources(std::move(readers), clock);
}

std::unique_ptr<Hooks> make_hooks(const settings::Settings& settings, RealParts& parts) {
  SiteHooksSettings hooks{settings.state_directory + "/hooks", settings.hooks.programs, log_line};
  if (parts.cluster) hooks.jobs = make_job_runner(settings, *parts.cluster, parts.clock);
  return make_site_hooks(std::move(hooks));
}

Result<void> open_credentials(const settings::Settings& settings, RealParts& parts) {
  DEPOPS_TRY(parts.credentials,
             Credentials::open({settings.site, settings.enrolment.site_epoch, settings.state_directory + "/tls",
                                settings.broker.certificate, settings.broker.key}));
  return {};
}

Result<void> build_adapters(const settings::Settings& settings, RealParts& parts) {
  if (settings.kubernetes && !parts.cluster) {
    DEPOPS_TRY(parts.cluster, open_cluster(settings, parts.clock));
  }
  DEPOPS_TRY(parts.runtime, make_runtime(settings, parts.clock));
  DEPOPS_TRY(parts.router, make_router(settings, parts));
  DEPOPS_TRY(parts.artifacts, make_artifacts(settings, *parts.credentials));
  return {};
}

}  // namespace

Result<std::unique_ptr<RealParts>> build_parts(const settings::Settings& settings) {
  auto parts = std::make_unique<RealParts>();
  DEPOPS_TRY_VOID(make_directory(settings.state_directory));
  DEPOPS_TRY_VOID(make_directory(settings.state_directory + "/hooks"));
  DEPOPS_TRY_VOID(open_credentials(settings, *parts));
  DEPOPS_TRY(auto journal, SqliteJournal::open(settings.state_directory + "/journal.db"));
  DEPOPS_TRY_VOID(claim_journal(*journal, settings));
  Result<void> built = build_adapters(settings, *parts);
  if (!built.ok() && built.error().code == Errc::exhausted) {
    // With a full disk the agent must still start: to judge, to stop, to roll back.
    journal->give_up_reserve();
    built = build_adapters(settings, *parts);
  }
  if (!built.ok()) return built.error();
  parts->journal = std::move(journal);
  parts->metrics = make_metrics(settings, parts->clock);
  parts->hooks = make_hooks(settings, *parts);
  DEPOPS_TRY_VOID(make_link(settings, *parts));
  return parts;
}

}  // namespace depops::agent
