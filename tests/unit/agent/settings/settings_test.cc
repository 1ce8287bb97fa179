#include "agent/settings/settings.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace depops::agent::settings {
namespace {

class SettingsFile {
 public:
  explicit SettingsFile(const std::string& text) {
    char name[] = "/tmp/depops-settings-XXXXXX";
    directory_ = mkdtemp(name);
    std::ofstream(path()) << text;
  }
  ~SettingsFile() { std::filesystem::remove_all(directory_); }

  std::string path() const { return directory_ + "/agent.yaml"; }
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
};

const char* const kGood = R"(site: fra-1
environment: production
stateDir: state
broker: {url: "mqtts://127.0.0.1:8883", ca: ca.pem, cert: /etc/site.pem, key: /etc/site.key}
hub: {artifactsUrl: "https://127.0.0.1:9443", ca: ca.pem}
keys: {signing: signing.key, hub: hub.pub}
runtime: {process: {portRange: 21000-21099}}
router: {haproxy: {directory: haproxy, services: {checkout: {bind: "127.0.0.1:8080"}}}}
metrics: {listen: "127.0.0.1:9100"}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

std::string error_of(const std::string& text) {
  const SettingsFile file(text);
  const auto settings = load_settings(file.path());
  REQUIRE_FALSE(settings.ok());
  return settings.error().what;
}

const char* const kHaproxy = R"({haproxy: {directory: haproxy, services: {checkout: {bind: "127.0.0.1:8080"}}}})";

// Settings of a site in a cluster with that router.
std::string routed_by(const std::string& words) {
  const std::string cluster =
      replaced(kGood, "process: {portRange: 21000-21099}", "kubernetes: {kubeconfig: k, namespace: shop}");
  return replaced(cluster, kHaproxy, "{" + words + "}");
}

ClusterRouting routing_of(const std::string& words) {
  const auto settings = load_settings(SettingsFile(routed_by(words)).path());
  INFO((settings.ok() ? "" : settings.error().what));
  REQUIRE(settings.ok());
  CHECK(settings->routed);
  REQUIRE(settings->cluster_routing.has_value());
  return *settings->cluster_routing;
}

}  // namespace

TEST_CASE("what begins in production while nobody vouches for the time is settled beside the trust root") {
  const auto read = [](const std::string& word) {
    return load_settings(SettingsFile(std::string(kGood) + "trust: {root: trust-root" + word + "}\n").path());
  };
  REQUIRE_FALSE(read("")->trust.starts_without_time);
  REQUIRE_FALSE(read(", untrustedTime: hold")->trust.starts_without_time);
  REQUIRE(read(", untrustedTime: start")->trust.starts_without_time);
  REQUIRE_THAT(read(", untrustedTime: maybe").error().what, Catch::Contains("untrustedTime must be hold or start"));
}

TEST_CASE("a trust root is named beside the settings, or none is") {
  REQUIRE(load_settings(SettingsFile(kGood).path())->trust.root.empty());
  const SettingsFile file(std::string(kGood) + "trust: {root: trust-root}\n");
  REQUIRE(load_settings(file.path())->trust.root == file.directory() + "/trust-root");
  const SettingsFile wrong(std::string(kGood) + "trust: {file: trust-root}\n");
  REQUIRE_THAT(load_settings(wrong.path()).error().what, Catch::Contains("unknown key 'file' in trust"));
}

TEST_CASE("a site runs processes or a cluster, and says what versions may bring there") {
  CHECK_FALSE(load_settings(SettingsFile(kGood).path())->kubernetes.has_value());
  const auto with = [](const std::string& words) {
    return replaced(kGood, "process: {portRange: 21000-21099}", "kubernetes: {" + words + "}");
  };
  const SettingsFile file(with("kubeconfig: kube.config, context: a, namespace: shop, allow: [hostPath], history: 0"));
  const auto settings = load_settings(file.path());
  REQUIRE((settings.ok() ? "" : settings.error().what) == std::string());
  CHECK(settings->kubernetes->kubeconfig == file.directory() + "/kube.config");
  CHECK(settings->kubernetes->space == "shop");
  CHECK(settings->kubernetes->allow == std::vector<std::string>{"hostPath"});
  CHECK(settings->kubernetes->kinds.size() == 6);
  CHECK(settings->kubernetes->history == 0);
  CHECK(load_settings(SettingsFile(with("namespace: shop, kinds: [Deployment]")).path())->kubernetes->kinds.size() ==
        1);
  CHECK_THAT(error_of(with("kubeconfig: k")), Catch::Contains("'namespace' is missing"));
  CHECK_THAT(error_of(with("namespace: Shop")), Catch::Contains("'Shop' is no name"));
  CHECK_THAT(error_of(with("namespace: shop, context: a")), Catch::Contains("context is one of a kubeconfig"));
  CHECK_THAT(error_of(with("namespace: shop, allow: [root]")),
             Catch::Contains("'root' in allow is none of: hostNetwork"));
  CHECK_THAT(error_of(with("namespace: shop, history: 51")), Catch::Contains("from 0 to 50"));
  CHECK_THAT(error_of(with("namespace: shop, space: x")), Catch::Contains("unknown key 'space' in kubernetes"));
  CHECK_THAT(error_of(replaced(kGood, "{process:", "{kubernetes: {namespace: shop}, process:")),
             Catch::Contains("give one of them"));
}

TEST_CASE("one broker or a list of them, which an agent walks through") {
  const auto one = load_settings(SettingsFile(kGood).path());
  CHECK(one->broker.urls == std::vector<std::string>{"mqtts://127.0.0.1:8883"});
  CHECK(one->broker.patience == Millis(60'000));
  const std::string several =
      replaced(kGood, "url: \"mqtts://127.0.0.1:8883\"", "urls: [\"mqtts://a:1\", \"mqtts://b:2\"]");
  CHECK(load_settings(SettingsFile(several).path())->broker.urls ==
        std::vector<std::string>{"mqtts://a:1", "mqtts://b:2"});
  CHECK_THAT(error_of(replaced(several, "urls:", "url: \"mqtts://a:1\", urls:")), Catch::Contains("give one of them"));
  CHECK_THAT(error_of(replaced(several, "[\"mqtts://a:1\", \"mqtts://b:2\"]", "[]")), Catch::Contains("1 to 16"));
  CHECK_THAT(error_of(replaced(several, "[\"mqtts://a:1\", \"mqtts://b:2\"]", "[\"\"]")), Catch::Contains("is empty"));
}

TEST_CASE("what may wait for a hub that is away has a limit with bounds") {
  REQUIRE(load_settings(SettingsFile(kGood).path())->spool.entries == 250'000);
  const auto with = [](const std::string& entries) {
    return std::string(kGood) + "spool: {entries: " + entries + "}\n";
  };
  REQUIRE(load_settings(SettingsFile(with("5000, coalesceAfter: 100")).path())->spool.coalesce_after == 100);
  REQUIRE(load_settings(SettingsFile(with("5000, healthKiB: 64")).path())->spool.health_kib == 64);
  CHECK_THAT(error_of(with("5000, healthKiB: 16385")), Catch::Contains("healthKiB '16385' must be from 64 to 16384"));
  CHECK_THAT(error_of(with("5000, coalesceAfter: 99")), Catch::Contains("coalesceAfter '99' must be from 100 to"));
  REQUIRE(load_settings(SettingsFile(with("1000")).path())->spool.entries == 1'000);
  REQUIRE(load_settings(SettingsFile(with("10000000")).path())->spool.entries == 10'000'000);
  for (const char* wrong : {"999", "10000001", "-1", "many"})
    CHECK_THAT(error_of(with(wrong)), Catch::Contains("entries"));
}

TEST_CASE("what the hub told a site that joined is read; without it the site is in its first epoch") {
  const auto plain = load_settings(SettingsFile(kGood).path())->enrolment;
  CHECK(plain.site_epoch == SiteEpoch(1));
  CHECK(plain.generation == Generation(0));
  const std::string with =
      std::string(kGood) + "enrolment: {siteEpoch: 3, generation: 17, hubEpoch: 2, timeMs: 1800000000000}\n";
  const auto told = load_settings(SettingsFile(with).path())->enrolment;
  CHECK(told.site_epoch == SiteEpoch(3));
  CHECK(told.generation == Generation(17));
  CHECK(told.hub_epoch == HubEpoch(2));
  CHECK(told.time == Instant(std::chrono::seconds(1'800'000'000)));
  CHECK(plain.time == Instant());
  CHECK_THAT(error_of(replaced(with, "1800000000000", "253402300800000")), Catch::Contains("timeMs"));
  for (const char* wrong : {"-1", "x", "17 18", "99999999999999999999"})
    CHECK(error_of(replaced(with, "17", wrong)).find("must be a whole number") != std::string::npos);
  CHECK(error_of(replaced(with, "siteEpoch", "epoch")).find("unknown key 'epoch' in enrolment") != std::string::npos);
}

TEST_CASE("a site where somebody else balances has no router of ours") {
  const SettingsFile file(replaced(kGood, kHaproxy, "none"));
  const auto settings = load_settings(file.path());
  REQUIRE(settings.ok());
  CHECK_FALSE(settings->routed);
  CHECK(error_of(replaced(kGood, kHaproxy, "nobody")).find("'router' must be a mapping") != std::string::npos);
}

TEST_CASE("a router on Kubernetes is named with the objects that it may write") {
  const ClusterRouting gateway = routing_of(
      "gateway: {services: {checkout: {route: shop.public, rule: main, service: front, port: 81, targetPort: web}}}");
  CHECK(gateway.router == ClusterRouter::http_route);
  const RoutedService& checkout = gateway.services.at(ServiceName("checkout"));
  CHECK(checkout.object == "shop.public");
  CHECK(checkout.rule == "main");
  CHECK(checkout.service == "front");
  CHECK(checkout.port == 81);
  CHECK(checkout.target_port == "web");
  CHECK(routing_of("gateway: {kind: GRPCRoute, services: {checkout: {route: shop}}}").router ==
        ClusterRouter::grpc_route);

  const ClusterRouting istio = routing_of("istio: {services: {checkout: {virtualService: shop}}}");
  CHECK(istio.router == ClusterRouter::istio);
  CHECK(istio.services.at(ServiceName("checkout")).service == "checkout");
  CHECK(istio.services.at(ServiceName("checkout")).port == 80);
  CHECK(routing_of("traefik: {services: {checkout: {traefikService: shop}}}").router == ClusterRouter::traefik);

  const ClusterRouting ingress = routing_of("ingressNginx: {services: {checkout: {ingress: shop, service: front}}}");
  CHECK(ingress.router == ClusterRouter::ingress_nginx);
  CHECK(ingress.services.at(ServiceName("checkout")).object == "shop");
  CHECK(ingress.services.at(ServiceName("checkout")).service == "front");

  const ClusterRouting move = routing_of("serviceSwitch: {services: {checkout: {service: front}}}");
  CHECK(move.router == ClusterRouter::service_switch);
  CHECK(move.services.at(ServiceName("checkout")).object == "front");
  CHECK(routing_of("replicaRatio: {services: {checkout: }}").services.at(ServiceName("checkout")).object == "checkout");
}

TEST_CASE("a router on Kubernetes needs a cluster, and names with their places what it can not take") {
  const auto wrong = [](const std::string& words) { return error_of(routed_by(words)); };
  CHECK_THAT(error_of(replaced(kGood, kHaproxy, "{gateway: {services: {checkout: {route: shop}}}}")),
             Catch::Contains("agent.yaml:8:10: gateway divides requests among pods, but this site runs processes") &&
                 Catch::Contains("runtime.kubernetes"));
  CHECK_THAT(wrong("gateway: {services: {checkout: {route: a}}}, istio: {}"),
             Catch::Contains("agent.yaml:8:9: router: give one of them, not 2"));
  CHECK_THAT(wrong("gateway: {services: {checkout: {service: a}}}"), Catch::Contains("'route' is missing"));
  CHECK_THAT(wrong("gateway: {services: {checkout: {route: Shop}}}"),
             Catch::Contains("agent.yaml:8:49: route 'Shop' is no name of an object"));
  CHECK_THAT(wrong("gateway: {services: {checkout: {route: a, port: 0}}}"), Catch::Contains("from 1 to 65535"));
  CHECK_THAT(wrong("gateway: {kind: TCPRoute, services: {}}"), Catch::Contains("must be HTTPRoute or GRPCRoute"));
  CHECK_THAT(wrong("gateway: {services: {Checkout: {route: a}}}"), Catch::Contains("'Checkout' is no service name"));
  CHECK_THAT(wrong("gateway: {services: {}}"), Catch::Contains("services names none"));
  CHECK_THAT(wrong("traefik: {services: {checkout: {traefikService: a, rule: b}}}"),
             Catch::Contains("unknown key 'rule' in checkout"));
  CHECK_THAT(wrong("serviceSwitch: {services: {checkout: {port: 80}}}"), Catch::Contains("unknown key 'port'"));
  CHECK_THAT(wrong("ingressNginx: {services: {checkout: {service: a}}}"), Catch::Contains("'ingress' is missing"));
  CHECK_THAT(wrong("ingressNginx: {services: {checkout: {ingress: a, rule: b}}}"),
             Catch::Contains("unknown key 'rule'"));
  CHECK_THAT(wrong("nginx: {}"), Catch::Contains("unknown key 'nginx' in router"));
}

TEST_CASE("settings are read and relative paths are relative to the file") {
  const SettingsFile file(kGood);
  const auto settings = load_settings(file.path());
  INFO((settings.ok() ? "" : settings.error().what));
  REQUIRE(settings.ok());
  CHECK(settings->site.str() == "fra-1");
  CHECK(settings->state_directory == file.directory() + "/state");
  CHECK(settings->broker.certificate == "/etc/site.pem");
  CHECK(settings->ports.first == 21'000);
  CHECK(settings->ports.last == 21'099);
  CHECK(settings->haproxy.binds.at(ServiceName("checkout")) == "127.0.0.1:8080");
  CHECK(settings->haproxy.server_timeout == Millis(30'000));
  CHECK(settings->heartbeat == Millis(5'000));
}

TEST_CASE("a Prometheus server of the site is optional, and must be one that can be asked") {
  CHECK(load_settings(SettingsFile(kGood).path())->sources.prometheus_url.empty());
  const std::string with = std::string(kGood) + "sources: {prometheus: {url: \"http://ann:secret@127.0.0.1:9090\"}}\n";
  CHECK(load_settings(SettingsFile(with).path())->sources.prometheus_url == "http://ann:secret@127.0.0.1:9090");
  const std::string tls = replaced(replaced(with, "http:", "https:"), "sources: {", "sources: {ca: internal.pem, ");
  const SettingsFile file(tls);
  const auto settings = load_settings(file.path());
  INFO((settings.ok() ? "" : settings.error().what));
  REQUIRE(settings.ok());
  CHECK(settings->sources.prometheus_url == "https://ann:secret@127.0.0.1:9090");
  CHECK(settings->sources.ca == file.directory() + "/internal.pem");
  const std::string wrong = error_of(replaced(with, "http://", "ftp://"));
  CHECK(wrong.find("url must be like http://prometheus:9090") != std::string::npos);
  CHECK(wrong.find("secret") == std::string::npos);
  CHECK(error_of(replaced(with, "prometheus: {url:", "prometheus: {uri:")).find("unknown key 'uri' in prometheus") !=
        std::string::npos);
}

TEST_CASE("programs that may run as hooks are named by absolute paths; without any none may") {
  CHECK(load_settings(SettingsFile(kGood).path())->hooks.programs.empty());
  const std::string with = std::string(kGood) + "hooks: {programs: [/opt/db/migrate, /etc/depops/hooks/]}\n";
  CHECK(load_settings(SettingsFile(with).path())->hooks.programs ==
        std::vector<std::string>{"/opt/db/migrate", "/etc/depops/hooks/"});
  const std::string relative = error_of(std::string(kGood) + "hooks: {programs: [migrate]}\n");
  CHECK(relative.find("'migrate' must be an absolute path") != std::string::npos);
  CHECK(error_of(std::string(kGood) + "hooks: {programs: /opt}\n").find("must be a list") != std::string::npos);
}

TEST_CASE("mistakes name file, line, column and key") {
  CHECK(error_of(replaced(kGood, "metrics:", "metricz:")).find("agent.yaml:9:1: unknown key 'metricz'") !=
        std::string::npos);
  CHECK(error_of(std::string(kGood) + "site: b\n").find("'site' stands twice") != std::string::npos);
  CHECK(error_of(replaced(kGood, "21000-21099", "21099-21000")).find("portRange") != std::string::npos);
  CHECK(error_of(replaced(kGood, "{directory: haproxy,", "{directory: haproxy, serverTimeoutSeconds: 0,"))
            .find("serverTimeoutSeconds '0' must be a number from 1 to 3600") != std::string::npos);
  CHECK(error_of(std::string(kGood) + "heartbeatSeconds: 601\n").find("from 1 to 600") != std::string::npos);
  CHECK(error_of(replaced(kGood, "fra-1", "Fra_1")).find("is no name") != std::string::npos);
  CHECK(error_of(replaced(kGood, "site: fra-1\n", "")).find("'site' is missing") != std::string::npos);
  CHECK(error_of("a: [").find("agent.yaml:") != std::string::npos);
  CHECK(error_of("- 1\n").find("must be a mapping") != std::string::npos);
  CHECK(load_settings("/nonexistent/agent.yaml").error().what.find("--config") != std::string::npos);
}

}  // namespace depops::agent::settings
