#include "agent/settings/settings.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <set>
#include <utility>

#include "agent/settings/cluster.h"
#include "agent/settings/enrolment.h"
#include "agent/settings/reader.h"
#include "agent/settings/yaml_file.h"

namespace depops::agent::settings {
namespace {

constexpr std::size_t kBrokersMax = 16;
constexpr std::uint16_t kPortMin = 1'024;

PortRange port_range(Reader& reader, const YAML::Node& process) {
  PortRange range;
  const std::string text = reader.text(process, "portRange", "20000-20999");
  unsigned first = 0;
  unsigned last = 0;
  char extra = 0;
  const int found = std::sscanf(text.c_str(), "%5u-%5u%c", &first, &last, &extra);
  if (found != 2 || first < kPortMin || last > 65'535 || first > last) {
    reader.complain(process.Mark(), "portRange '" + text + "' must be FIRST-LAST within 1024-65535");
    return range;
  }
  range.first = static_cast<std::uint16_t>(first);
  range.last = static_cast<std::uint16_t>(last);
  return range;
}

void read_runtime(Reader& reader, const YAML::Node& root, Settings& settings) {
  const YAML::Node runtime = reader.part(root, "runtime", {"kubernetes", "process"}, true);
  settings.ports = port_range(reader, reader.part(runtime, "process", {"portRange"}, true));
  if (runtime["kubernetes"]) {
    if (runtime["process"]) reader.complain(runtime.Mark(), "runtime: kubernetes or process; give one of them");
    settings.kubernetes = read_kubernetes(
        reader,
        reader.part(runtime, "kubernetes", {"kubeconfig", "context", "namespace", "kinds", "allow", "history"}));
  }
}

void read_haproxy(Reader& reader, const YAML::Node& router, Settings& settings) {
  const YAML::Node haproxy =
      reader.part(router, "haproxy", {"directory", "binary", "services", "serverTimeoutSeconds"});
  settings.haproxy.directory = reader.path(haproxy, "directory");
  settings.haproxy.binary = reader.text(haproxy, "binary", settings.haproxy.binary);
  settings.haproxy.server_timeout = reader.seconds(haproxy, "serverTimeoutSeconds", "30", 3'600);
  const YAML::Node services = reader.part(haproxy, "services", {});
  for (const auto& service : services) {
    const std::string name = service.first.IsScalar() ? service.first.Scalar() : "";
    if (!is_name(name)) reader.complain(service.first.Mark(), "'" + name + "' is no service name");
    reader.only(service.second, name, {"bind"});
    if (service.second.IsMap()) settings.haproxy.binds[ServiceName(name)] = reader.needed(service.second, "bind");
  }
}

void read_router(Reader& reader, const YAML::Node& root, Settings& settings) {
  const YAML::Node said = root["router"];
  settings.routed = !(said && said.IsScalar() && said.Scalar() == "none");
  if (!settings.routed) return;
  std::set<std::string> known = cluster_routers();
  known.insert("haproxy");
  const YAML::Node router = reader.part(root, "router", known);
  if (router.size() > 1)
    return reader.complain(router.Mark(), "router: give one of them, not " + std::to_string(router.size()));
  const bool ours = router.size() == 1 && cluster_routers().contains(router.begin()->first.as<std::string>(""));
  if (!ours) return read_haproxy(reader, router, settings);
  if (!settings.kubernetes)
    reader.complain(router.begin()->first.Mark(),
                    router.begin()->first.Scalar() +
                        " divides requests among pods, but this site runs processes; name "
                        "its cluster under runtime.kubernetes, or give router.haproxy");
  settings.cluster_routing = read_cluster_routing(reader, router);
}

std::vector<std::string> read_urls(Reader& reader, const YAML::Node& broker) {
  std::vector<std::string> urls;
  const YAML::Node list = broker.IsMap() ? broker["urls"] : YAML::Node(YAML::NodeType::Undefined);
  if (!list.IsDefined()) return {reader.needed(broker, "url")};
  if (!list.IsSequence() || list.size() < 1 || list.size() > kBrokersMax)
    reader.complain(list.Mark(), "urls must be a list of 1 to 16 addresses of brokers");
  if (broker["url"].IsDefined()) reader.complain(list.Mark(), "url and urls: give one of them");
  for (const auto& url : list) urls.push_back(url.IsScalar() ? url.Scalar() : "");
  if (std::ranges::find(urls, "") != urls.end()) reader.complain(list.Mark(), "an address of a broker is empty");
  if (urls.empty()) urls.emplace_back();
  return urls;
}

void read_peers(Reader& reader, const YAML::Node& root, Settings& settings) {
  const YAML::Node broker = reader.part(root, "broker", {"url", "urls", "ca", "cert", "key", "patienceSeconds"});
  settings.broker = {read_urls(reader, broker), reader.path(broker, "ca"), reader.path(broker, "cert"),
                     reader.path(broker, "key"), reader.seconds(broker, "patienceSeconds", "60", 3'600)};
  const YAML::Node hub = reader.part(root, "hub", {"artifactsUrl", "ca", "joinUrl"});
  settings.hub = {reader.needed(hub, "artifactsUrl"), reader.path(hub, "ca"), reader.text(hub, "joinUrl", "")};
  const YAML::Node keys = reader.part(root, "keys", {"signing", "hub"});
  settings.keys = {reader.path(keys, "signing"), reader.path(keys, "hub")};
}

void read_sources(Reader& reader, const YAML::Node& root, Settings& settings) {
  const YAML::Node sources = reader.part(root, "sources", {"prometheus", "ca"}, true);
  if (sources["ca"]) settings.sources.ca = reader.path(sources, "ca");
  if (!sources["prometheus"]) return;
  const YAML::Node prometheus = reader.part(sources, "prometheus", {"url"});
  settings.sources.prometheus_url = reader.needed(prometheus, "url");
  const std::string& url = settings.sources.prometheus_url;
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    reader.complain(prometheus.Mark(), "url must be like http://prometheus:9090 or https://prometheus:9090");
}

void read_trust(Reader& reader, const YAML::Node& root, Settings& settings) {
  if (!root["trust"]) return;
  const YAML::Node trust = reader.part(root, "trust", {"root", "untrustedTime"});
  settings.trust.root = reader.path(trust, "root");
  const std::string word = reader.text(trust, "untrustedTime", "hold");
  if (word != "hold" && word != "start")
    reader.complain(trust["untrustedTime"].Mark(), "untrustedTime must be hold or start");
  settings.trust.starts_without_time = word == "start";
}

void read_hooks(Reader& reader, const YAML::Node& root, Settings& settings) {
  const YAML::Node hooks = reader.part(root, "hooks", {"programs"}, true);
  const YAML::Node programs = hooks["programs"];
  if (!programs) return;
  if (!programs.IsSequence()) return reader.complain(programs.Mark(), "programs must be a list of absolute paths");
  for (const auto& program : programs) {
    const std::string path = program.IsScalar() ? program.Scalar() : "";
    if (path.rfind('/', 0) != 0)
      reader.complain(program.Mark(), "'" + path + "' must be an absolute path; with / at its end a whole folder");
    settings.hooks.programs.push_back(path);
  }
}

void read_spool(Reader& reader, const YAML::Node& root, Settings& settings) {
  const YAML::Node spool = reader.part(root, "spool", {"entries", "coalesceAfter", "healthKiB"}, true);
  settings.spool.entries = reader.between(spool, "entries", settings.spool.entries, 1'000, 10'000'000);
  settings.spool.health_kib = reader.between(spool, "healthKiB", settings.spool.health_kib, 64, 16'384);
  settings.spool.coalesce_after =
      reader.between(spool, "coalesceAfter", settings.spool.coalesce_after, 100, 10'000'000);
}

Settings read(Reader& reader, const YAML::Node& root) {
  Settings settings;
  reader.only(root, "the settings",
              {"site", "environment", "stateDir", "broker", "hub", "keys", "enrolment", "runtime", "router", "sources",
               "hooks", "trust", "metrics", "heartbeatSeconds", "machineId", "spool"});
  if (!root.IsMap()) return settings;
  settings.site = SiteName(reader.needed(root, "site"));
  settings.environment = EnvironmentName(reader.needed(root, "environment"));
  for (const std::string& name : {settings.site.str(), settings.environment.str()}) {
    if (!name.empty() && !is_name(name))
      reader.complain(root.Mark(), "'" + name + "' is no name: a-z, 0-9 and inner '-'");
  }
  settings.state_directory = reader.path(root, "stateDir");
  read_peers(reader, root, settings);
  read_runtime(reader, root, settings);
  read_router(reader, root, settings);
  read_sources(reader, root, settings);
  read_hooks(reader, root, settings);
  read_trust(reader, root, settings);
  settings.enrolment = read_enrolment(reader, root, settings.site);
  const YAML::Node metrics = reader.part(root, "metrics", {"listen"}, true);
  settings.metrics_listen = reader.text(metrics, "listen", settings.metrics_listen);
  read_spool(reader, root, settings);
  if (root["machineId"]) settings.machine_id = reader.path(root, "machineId");
  settings.heartbeat = reader.seconds(root, "heartbeatSeconds", "5", 600);
  return settings;
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
  DEPOPS_TRY(const YAML::Node root, load_yaml(path, "give --config FILE"));
  try {
    Reader reader(path, std::filesystem::absolute(path).parent_path().string());
    const Settings settings = read(reader, root);
    if (!reader.errors().empty()) return Error{Errc::invalid, reader.errors()};
    return settings;
  } catch (const YAML::Exception& exception) {
    return misread(path, exception);
  }
}

}  // namespace depops::agent::settings
