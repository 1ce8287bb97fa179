#include "tests/e2e/kubernetes/cluster.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "agent/kubernetes/access/kubeconfig.h"
#include "agent/kubernetes/api/path.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "tests/contract/kubernetes_router/definitions.h"
#include "tests/e2e/stage/stage.h"
#include "tests/support/kubernetes/agent_login.h"
#include "tests/support/paths.h"

namespace depops::stage {
namespace {

namespace kube = agent::kubernetes;

constexpr Seconds kKinds{60};

std::string assets() {
  const char* folder = std::getenv("KUBEBUILDER_ASSETS");
  if (folder == nullptr) throw Trouble("KUBEBUILDER_ASSETS must name a folder with a control plane");
  return folder;
}

test::ControlPlane::Controllers controllers() {
  using Controllers = test::ControlPlane::Controllers;
  return test::RealNode::wanted() ? Controllers::of_nodes_too : Controllers::yes;
}

kube::AccessConfig access_to(const std::string& kubeconfig) {
  auto config = kube::load_kubeconfig(kubeconfig);
  if (!config.ok()) throw Trouble(config.error().what);
  return *config;
}

// Of the kinds that are made here.
std::string target_of(const json::Value& object) {
  const std::string& kind = object["kind"].as_string();
  std::string plural = kind + (kind.ends_with("s") ? "es" : "s");
  std::ranges::transform(plural, plural.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string version = object["apiVersion"].as_string();
  const std::string space = object["metadata"]["namespace"].as_string();
  return (version == "v1" ? "/api/v1/" : "/apis/" + version + "/") +
         (space.empty() ? "" : "namespaces/" + space + "/") + plural;
}

std::string text_of(const json::Value& cell) {
  return cell.is_string() ? cell.as_string() : cell.is_null() ? "" : json::write(cell);
}

std::vector<std::string> without_widths(const std::string& printed) {
  std::vector<std::string> lines;
  std::istringstream text(printed);
  for (std::string line; std::getline(text, line);) {
    std::istringstream fields(line);
    std::string joined;
    for (std::string field; fields >> field;) joined += (joined.empty() ? "" : " ") + field;
    lines.push_back(joined);
  }
  return lines;
}

// As kubectl prints it: columns of the first importance only, and a label as the last one.
std::vector<std::string> lines_of(const json::Value& table, const std::string& label) {
  const auto& columns = table["columnDefinitions"].items();
  std::string printed;
  for (const json::Value& column : columns) {
    if (column["priority"].as_int() == 0) printed += column["name"].as_string() + " ";
  }
  printed += label.substr(label.find('/') + 1);
  std::ranges::transform(printed, printed.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const json::Value& row : table["rows"].items()) {
    printed += "\n";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i]["priority"].as_int() == 0) printed += text_of(row["cells"].items().at(i)) + " ";
    }
    if (!label.empty()) printed += row["object"]["metadata"]["labels"][label].as_string();
  }
  return without_widths(printed);
}

}  // namespace

Cluster& Cluster::get() {
  static Cluster cluster;
  return cluster;
}

Cluster::Cluster()
    : plane_(assets(), controllers()),
      pod_port_(test::RealNode::wanted() ? test::RealNode::kPort : test::free_port()),
      access_(access_to(plane_.kubeconfig())),
      connection_(access_, clock_) {
  if (test::RealNode::wanted()) {
    real_node_ = std::make_unique<test::RealNode>(plane_, assets());
  } else {
    fake_node_ = std::make_unique<test::FakeNode>(plane_, Stage::binary("depops-demo-checkout"));
  }
  make(test::gateway_definition("HTTPRoute", "httproutes"));
  make(test::gateway_definition("GRPCRoute", "grpcroutes"));
  make(test::plain_definition("networking.istio.io", "VirtualService", "virtualservices", "v1beta1"));
  make(test::plain_definition("traefik.io", "TraefikService", "traefikservices", "v1alpha1"));
  make(read_file(test::source_dir() + "/deploy/kubernetes/workload-crd.yaml"));
  for (const char* kind : {"gateway.networking.k8s.io/v1/httproutes", "gateway.networking.k8s.io/v1/grpcroutes",
                           "networking.istio.io/v1beta1/virtualservices", "traefik.io/v1alpha1/traefikservices",
                           "depops.io/v1/workloads"}) {
    wait_until(std::string(kind) + " is known", kKinds, [&] {
      const auto answer = connection_.exchange({.target = std::string("/apis/") + kind});
      const auto* reply = std::get_if<kube::Reply>(&answer);
      return reply != nullptr && reply->status == 200;
    });
  }
}

json::Value Cluster::ask(const kube::Call& call) {
  const auto answer = connection_.exchange(call);
  const auto* reply = std::get_if<kube::Reply>(&answer);
  if (reply == nullptr) throw Trouble(call.method + " " + call.target + ": " + std::get<kube::Lost>(answer).why);
  if (reply->status >= 300) throw Trouble(call.method + " " + call.target + ": " + reply->body);
  auto value = json::parse(reply->body);
  if (!value.ok()) throw Trouble(call.target + ": " + value.error().what);
  return std::move(*value);
}

void Cluster::make(const std::string& manifests) {
  const auto objects = kube::read_manifests(manifests, "what the test makes");
  if (!objects.ok()) throw Trouble(objects.error().what);
  for (const kube::ManifestObject& object : *objects) {
    ask({.method = "POST",
         .target = target_of(object.body),
         .body = json::write(object.body),
         .content_type = "application/json"});
  }
}

void Cluster::apply(const json::Value& object) {
  ask({.method = "PATCH",
       .target = target_of(object) + "/" + object["metadata"]["name"].as_string() + "?fieldManager=an-admin",
       .body = json::write(object),
       .content_type = "application/apply-patch+yaml"});
}

void Cluster::remove(const std::string& target) {
  ask({.method = "DELETE",
       .target = target,
       .body = R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"})",
       .content_type = "application/json"});
}

json::Value Cluster::get(const std::string& target) { return ask({.target = target}); }

json::Value Cluster::patch(const std::string& target, const std::string& body, const std::string& type) {
  return ask({.method = "PATCH", .target = target, .body = body, .content_type = type});
}

std::string Cluster::login_of_agent(const std::string& space, const std::string& router_role) {
  const kube::AccessConfig login = test::agent_login(
      plane_, kube::Namespace(space),
      {"namespace/role.yaml", "namespace/statefulset.yaml", "namespace/daemonset.yaml", "namespace/" + router_role});
  return plane_.kubeconfig_with(login.token);
}

std::string Cluster::fresh_namespace(const std::string& name) {
  const std::string space = name + "-" + std::to_string(++spaces_);
  make("{apiVersion: v1, kind: Namespace, metadata: {name: " + space + "}}");
  return space;
}

std::vector<std::string> Cluster::shown(const std::string& api, const std::string& plural, const std::string& space,
                                        const std::string& label) {
  if (!std::filesystem::exists("/usr/bin/kubectl"))
    return lines_of(table_of(api + "/namespaces/" + space + "/" + plural), label);
  std::vector<std::string> words{"kubectl", "--kubeconfig", plane_.kubeconfig(), "get", plural, "-n", space};
  if (!label.empty()) words.insert(words.end(), {"-L", label});
  const std::string log = plane_.folder() + "/kubectl.log";
  const Ran ran = run({words, plane_.folder(), log, {}, {}}, Seconds(60));
  if (ran.status != 0) throw Trouble("kubectl get " + plural + ": " + read_file(log));
  return without_widths(ran.output);
}

json::Value Cluster::table_of(const std::string& target) {
  const std::string folder = plane_.folder();
  const Ran ran =
      run({{"curl", "--silent", "--max-time", "20", "--cacert", plane_.authority(), "--cert", folder + "/admin.crt",
            "--key", folder + "/admin.key", "--header", "Accept: application/json;as=Table;v=v1;g=meta.k8s.io",
            "--user-agent", "tests", plane_.url() + target},
           folder,
           folder + "/curl.log",
           {},
           {}});
  auto table = json::parse(ran.output);
  if (!table.ok()) throw Trouble(target + " is no table: " + ran.output);
  return std::move(*table);
}

}  // namespace depops::stage
