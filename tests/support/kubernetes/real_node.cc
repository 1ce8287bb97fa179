#include "tests/support/kubernetes/real_node.h"

#include <poll.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "shared/http/http_get.h"
#include "shared/json/parse.h"

namespace depops::test {
namespace {

constexpr auto kStartWithin = std::chrono::seconds(120);
constexpr std::size_t kLogTail = 2'000;
constexpr const char* kNodeName = "node-1";
constexpr const char* kPauseImage = "local.test/pause:1";

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) throw std::runtime_error(path + " can not be written");
}

void await(Child& child, const std::string& log, const std::function<bool()>& ready) {
  const auto deadline = std::chrono::steady_clock::now() + kStartWithin;
  while (!ready()) {
    if (!child.running() || std::chrono::steady_clock::now() > deadline) {
      const std::string text = text_of_file(log);
      throw std::runtime_error(log + ": " + text.substr(text.size() - std::min(text.size(), kLogTail)));
    }
    ::poll(nullptr, 0, 100);
  }
}

std::string containerd_settings(const std::string& folder) {
  return "version = 2\nroot = \"" + folder + "/containerd\"\nstate = \"/run/containerd\"\n[grpc]\n  address = \"" +
         folder + "/containerd.sock\"\n[plugins.\"io.containerd.grpc.v1.cri\"]\n  sandbox_image = \"" + kPauseImage +
         "\"\n  disable_tcp_service = true\n  restrict_oom_score_adj = true\n  stream_server_address = \"127.0.0.1\"\n"
         "  [plugins.\"io.containerd.grpc.v1.cri\".containerd]\n    default_runtime_name = \"runc\"\n"
         "    [plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]\n"
         "      runtime_type = \"io.containerd.runc.v2\"\n"
         "  [plugins.\"io.containerd.grpc.v1.cri\".cni]\n    bin_dir = \"/usr/lib/cni\"\n    conf_dir = \"" +
         folder + "/cni\"\n[plugins.\"io.containerd.internal.v1.opt\"]\n  path = \"" + folder + "/opt\"\n";
}

std::string network_settings(const std::string& folder) {
  return R"({"cniVersion":"0.4.0","name":"pods","plugins":[{"type":"bridge","bridge":"pods0","isDefaultGateway":true,)"
         R"("hairpinMode":true,"ipam":{"type":"host-local","dataDir":")" +
         folder + R"(/addresses","ranges":[[{"subnet":"10.200.0.0/24"}]]}}]})";
}

std::string kubelet_settings(const std::string& authority) {
  return std::string("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\naddress: ") +
         RealNode::kAddress +
         "\nport: 10250\nreadOnlyPort: 0\nhealthzBindAddress: 127.0.0.1\nhealthzPort: 10248\n"
         "authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: " +
         authority + "}}\nauthorization: {mode: AlwaysAllow}\ncgroupDriver: cgroupfs\ncgroupRoot: " +
         variable("DEPOPS_NODE_CGROUP") +
         "\nfailSwapOn: false\nmakeIPTablesUtilChains: false\nresolvConf: \"\"\nnodeStatusUpdateFrequency: 2s\n"
         "imageGCHighThresholdPercent: 99\nimageGCLowThresholdPercent: 98\n"
         "evictionHard: {memory.available: 100Mi, nodefs.available: \"1%\", imagefs.available: \"1%\"}\n"
         "serializeImagePulls: false\n";
}

}  // namespace

bool RealNode::wanted() { return !variable("DEPOPS_NODE").empty(); }

RealNode::RealNode(const ControlPlane& plane, const std::string& assets)
    : plane_(plane), assets_(assets), folder_(variable("DEPOPS_NODE")) {
  start_containerd();
  import_images();
  start_kubelet();
  scheduler_ = Child({assets_ + "/kube-scheduler", "--kubeconfig=" + plane_.kubeconfig(), "--leader-elect=false",
                      "--bind-address=127.0.0.1", "--port=0", "--secure-port=" + std::to_string(free_port()),
                      "--cert-dir=" + file("scheduler"), "--profiling=false"},
                     file("kube-scheduler.log"));
  wait_until_ready();
}

RealNode::~RealNode() {
  scheduler_.kill();
  kubelet_.kill();
  containerd_.kill();  // what it started ends with the namespace
}

void RealNode::start_containerd() {
  std::filesystem::create_directories(file("cni"));
  write_file(file("cni/10-pods.conflist"), network_settings(folder_));
  write_file(file("containerd.toml"), containerd_settings(folder_));
  containerd_ = Child({"containerd", "--config", file("containerd.toml")}, file("containerd.log"));
  await(containerd_, file("containerd.log"), [this] { return std::filesystem::exists(file("containerd.sock")); });
}

void RealNode::import_images() {
  for (const auto& archive : std::filesystem::directory_iterator(file("images")))
    run(ctr({"images", "import", archive.path().string()}), file("images.log"));
}

std::vector<std::string> RealNode::ctr(const std::vector<std::string>& words) const {
  std::vector<std::string> all{"ctr", "--address", file("containerd.sock"), "--namespace", "k8s.io"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

std::vector<std::string> RealNode::exec(const std::string& container, const std::vector<std::string>& words) {
  auto all = ctr({"tasks", "exec", "--exec-id", "exec-" + std::to_string(++execs_), container});
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

void RealNode::kill(const std::string& container) {
  run(ctr({"tasks", "kill", "--signal", "SIGKILL", container}), file("kill.log"));
}

void RealNode::start_kubelet() {
  write_file(file("kubelet.yaml"), kubelet_settings(plane_.authority()));
  kubelet_ = Child({assets_ + "/kubelet", "--config=" + file("kubelet.yaml"), "--kubeconfig=" + plane_.kubeconfig(),
                    std::string("--hostname-override=") + kNodeName, "--root-dir=" + file("kubelet"),
                    "--cert-dir=" + file("kubelet-certificates"), "--container-runtime=remote",
                    "--container-runtime-endpoint=unix://" + file("containerd.sock"), "--network-plugin=cni",
                    std::string("--node-ip=") + RealNode::kAddress},
                   file("kubelet.log"));
}

// And without the taint that a new node has.
void RealNode::wait_until_ready() {
  const http::Request asked{{"127.0.0.1", plane_.port(), std::string("/api/v1/nodes/") + kNodeName, "", true},
                            "GET",
                            {{"Authorization", "Bearer " + plane_.admin_token()}},
                            "",
                            plane_.authority()};
  await(kubelet_, file("kubelet.log"), [&] {
    const auto sending = http::http_send(asked, Millis(5'000), 1 << 20, [] { return false; });
    if (!sending.answer || sending.answer->status != 200) return false;
    const auto node = json::parse(sending.answer->body);
    return node.ok() && (*node)["spec"]["taints"].items().empty();
  });
}

}  // namespace depops::test
