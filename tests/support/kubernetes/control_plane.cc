#include "tests/support/kubernetes/control_plane.h"

#include <poll.h>

#include <chrono>
#include <functional>
#include <stdexcept>

#include "shared/http/http_get.h"
#include "shared/json/parse.h"

namespace depops::test {
namespace {

constexpr auto kStartMost = std::chrono::seconds(180);
constexpr std::size_t kTail = 1'500;
constexpr std::uint16_t kPodsPort = 443;         // on the first address of services, which a real node's namespace has
constexpr unsigned long kNoPlainPortSince = 24;  // older controllers serve without TLS, too, unless told not to

// What etcd is at after a write.
std::string revision_of(const std::string& answer_text) {
  const auto answer = json::parse(answer_text);
  return answer.ok() ? (*answer)["header"]["revision"].as_string() : "";
}

std::string post(std::uint16_t port, const std::string& path, const std::string& body) {
  http::Request request{{"127.0.0.1", port, path, "", false}, "POST", {{"Content-Type", "application/json"}}, body};
  const auto sending = http::http_send(request, Millis(5'000), 1 << 20, [] { return false; });
  if (!sending.answer || sending.answer->status != 200) throw std::runtime_error("etcd: " + path + " is refused");
  return sending.answer->body;
}

void wait_for_start(Child& child, const std::string& log, const std::function<bool()>& ready) {
  const auto deadline = std::chrono::steady_clock::now() + kStartMost;
  while (!ready()) {
    if (!child.running() || std::chrono::steady_clock::now() > deadline) {
      const std::string text = text_of_file(log);
      throw std::runtime_error(log + ": does not serve: " + text.substr(text.size() - std::min(text.size(), kTail)));
    }
    ::poll(nullptr, 0, 25);
  }
}

}  // namespace

ControlPlane::ControlPlane(const std::string& assets, Controllers controllers)
    : ApiServer("kubernetes"), controllers_wanted_(controllers), assets_(assets), etcd_port_(free_port()) {
  certificates_.issue("server", "/CN=kube-apiserver", "serverAuth");
  certificates_.issue("admin", "/O=system:masters/CN=admin", "clientAuth");
  certificates_.key_pair("accounts");
  write_text(file("tokens.csv"), plain_token() + ",plain,plain\n" + admin_token() + ",root,root,system:masters\n");
  port_ = in_pods_reach() ? kPodsPort : free_port();
  write_text(kubeconfig(), kubeconfig_text(certificates_, url(), "admin"));
  start_etcd();
  start_server();
  if (controllers != Controllers::no) start_controllers();
}

ControlPlane::~ControlPlane() {
  controllers_.kill();
  server_.kill();
  etcd_.kill();
}

void ControlPlane::start_etcd() {
  const std::string client = "http://127.0.0.1:" + std::to_string(etcd_port_);
  const std::string peer = "http://127.0.0.1:" + std::to_string(free_port());
  etcd_ = Child({assets_ + "/etcd", "--name=test", "--data-dir=" + file("etcd"), "--listen-client-urls=" + client,
                 "--advertise-client-urls=" + client, "--listen-peer-urls=" + peer,
                 "--initial-advertise-peer-urls=" + peer, "--initial-cluster=test=" + peer},
                file("etcd.log"));
  const http::Page health{"127.0.0.1", etcd_port_, "/health", "", false};
  wait_for_start(etcd_, file("etcd.log"), [&] {
    const auto answer = http::http_ask(health, Millis(1'000), 1 << 16);
    return answer.ok() && answer->status == 200;
  });
}

void ControlPlane::start_server() {
  const auto pki = [this](const char* name) { return certificates_.file(name); };
  server_ = Child(
      {assets_ + "/kube-apiserver", "--etcd-servers=http://127.0.0.1:" + std::to_string(etcd_port_),
       std::string("--bind-address=") + (in_pods_reach() ? "0.0.0.0" : "127.0.0.1"),
       "--secure-port=" + std::to_string(port_),
       "--advertise-address=192.0.2.2",  // never listened on; it only has to be no loopback address
       "--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.96.0.0/16",
       "--client-ca-file=" + pki("ca.crt"), "--tls-cert-file=" + pki("server.crt"),
       "--tls-private-key-file=" + pki("server.key"), "--token-auth-file=" + pki("tokens.csv"),
       "--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=" + pki("accounts.pub"),
       "--service-account-signing-key-file=" + pki("accounts.key"), "--authorization-mode=RBAC", "--profiling=false",
       "--kubelet-client-certificate=" + pki("admin.crt"), "--kubelet-client-key=" + pki("admin.key"),
       "--kubelet-preferred-address-types=InternalIP"},
      file("kube-apiserver.log"));
  const http::Page ready{"127.0.0.1", port_, "/readyz", "", true};
  wait_for_start(server_, file("kube-apiserver.log"), [&] {
    const auto answer = http::http_ask(ready, Millis(2'000), 1 << 16, authority());
    return answer.ok() && answer->status == 200;
  });
}

void ControlPlane::start_controllers() {
  const http::Page asked{"127.0.0.1", port_, "/version", "", true};
  const auto version = http::http_ask(asked, Millis(5'000), 1 << 16, authority());
  const auto read = version.ok() ? json::parse(version->body) : Result<json::Value>(version.error());
  const unsigned long minor = read.ok() ? std::strtoul((*read)["minor"].as_string().c_str(), nullptr, 10) : 0;
  const std::uint16_t port = free_port();
  std::vector<std::string> words{
      assets_ + "/kube-controller-manager",
      "--kubeconfig=" + kubeconfig(),
      "--leader-elect=false",
      "--bind-address=127.0.0.1",
      "--secure-port=" + std::to_string(port),
      "--cert-dir=" + file("controllers"),
      "--service-account-private-key-file=" + certificates_.file("accounts.key"),
      "--root-ca-file=" + authority(),
      "--controllers=deployment,replicaset,statefulset,daemonset,job,garbagecollector,namespace,serviceaccount,"
      "serviceaccount-token,"
      "endpointslice,resourcequota",
      "--kube-api-qps=200",
      "--kube-api-burst=400",
      "--profiling=false"};
  if (in_pods_reach()) words.emplace_back("--controllers=nodelifecycle,persistentvolume-binder");
  if (minor < kNoPlainPortSince) words.emplace_back("--port=0");
  controllers_ = Child(words, file("kube-controller-manager.log"));
  wait_for_start(controllers_, file("kube-controller-manager.log"), [port] { return listens(port); });
}

void ControlPlane::cut() {
  server_.kill();
  start_server();
}

void ControlPlane::forget_history() {
  server_.kill();
  const std::string revision = revision_of(post(etcd_port_, "/v3/kv/put", R"({"key":"dGVzdA==","value":"MQ=="})"));
  (void)post(etcd_port_, "/v3/kv/compaction", "{\"revision\":\"" + revision + "\",\"physical\":true}");
  start_server();
}

}  // namespace depops::test
