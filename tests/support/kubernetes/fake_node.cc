#include "tests/support/kubernetes/fake_node.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>

#include "agent/kubernetes/access/kubeconfig.h"
#include "agent/kubernetes/api/path.h"
#include "shared/json/write.h"
#include "tests/support/kubernetes/fake_daemon.h"
#include "tests/support/kubernetes/node_logs.h"
#include "tests/support/kubernetes/pod_process.h"
#include "tests/support/kubernetes/pod_server.h"

namespace depops::test {
namespace {

namespace kube = agent::kubernetes;

constexpr auto kPace = std::chrono::milliseconds(100);
const kube::Resource kPodKind{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("pods"), "Pod", true};
const kube::Resource kNodeKind{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("nodes"), "Node", false};
constexpr const char* kName = "fake-1";
constexpr int kFailedWith = 3;  // exit status

kube::AccessConfig admin_of(const ApiServer& server) {
  auto config = kube::load_kubeconfig(server.kubeconfig());
  if (!config.ok()) throw std::runtime_error(config.error().what);
  return *config;
}

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

json::Value condition(const char* type, bool holds, const std::string& since, const char* reason = "",
                      const char* message = "") {
  json::Value value;
  value.add("type", type).add("status", holds ? "True" : "False").add("lastTransitionTime", since);
  if (*reason != 0) value.add("reason", reason).add("message", message);
  return value;
}

json::Value state(const char* name, json::Value what) {
  json::Value value;
  return value.add(name, std::move(what));
}

json::Value waiting(const char* reason, const std::string& message) {
  json::Value what;
  what.add("reason", reason).add("message", message);
  return state("waiting", std::move(what));
}

json::Value terminated(int code, const char* reason) {
  json::Value what;
  what.add("exitCode", code).add("reason", reason);
  return state("terminated", std::move(what));
}

json::Value not_placed(const std::string& since) {
  json::Value status;
  status.add("phase", "Pending");
  status.add("conditions", json::Value::array().push(condition("PodScheduled", false, since, "Unschedulable",
                                                               "0/1 nodes are available: 1 Insufficient memory.")));
  return status;
}

const std::string& image_of(const json::Value& pod) {
  return pod["spec"]["containers"].items().at(0)["image"].as_string();
}

const char* phase_of(FakeNode::Does does) {
  if (does == FakeNode::Does::succeeds) return "Succeeded";
  if (does == FakeNode::Does::fails) return "Failed";
  return does == FakeNode::Does::image_fails ? "Pending" : "Running";
}

struct Container {
  json::Value state;
  json::Value last;
  bool ready = false;
  unsigned restarts = 0;
};

json::Value container_status(const json::Value& pod, const Container& container) {
  json::Value status;
  status.add("name", pod["spec"]["containers"].items().at(0)["name"]).add("image", image_of(pod)).add("imageID", "");
  status.add("ready", container.ready).add("restartCount", container.restarts).add("state", container.state);
  status.add("lastState", container.last.is_null() ? json::Value::object() : container.last);
  return status;
}

}  // namespace

FakeNode::FakeNode(ApiServer& server, std::string program)
    : program_(std::move(program)),
      log_(server.folder() + "/pods.log"),
      access_(admin_of(server)),
      connection_(access_, clock_),
      logs_(std::make_unique<NodeLogs>(server.folder())) {
  if (!write("POST", kube::path_of(kNodeKind, kube::Namespace()), logs_->node(kName), "application/json"))
    throw std::runtime_error("the fake node can not be made known");
  kube::WatchOrder order{kPodKind, {}, {}, [](const json::Value& object) { return object; }};
  pods_ = std::make_unique<kube::Watcher>(
      connection_, std::move(order), [] { return 0.5; }, [this] { news_.notify_all(); });
  thread_ = std::thread([this] { work(); });
}

FakeNode::~FakeNode() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  news_.notify_all();
  thread_.join();
  pods_.reset();
}

void FakeNode::will(const std::string& image, Does does) {
  const std::lock_guard lock(mutex_);
  does_[image] = does;
}

void FakeNode::crash(const std::string& pod) {
  const std::lock_guard lock(mutex_);
  crashes_[pod] += 1;
}

void FakeNode::unready(const std::string& pod, bool so) {
  const std::lock_guard lock(mutex_);
  if (so) unready_.insert(pod);
  if (!so) unready_.erase(pod);
}

void FakeNode::writes(const std::string& image, const std::string& log) { logs_->keep(image, log); }
void FakeNode::loses(const std::string& image) { logs_->lose_previous(image); }

std::vector<std::string> FakeNode::logs_asked() { return logs_->asked(); }

void FakeNode::settle() {
  std::unique_lock lock(mutex_);
  const auto looks = looks_;
  looked_.wait(lock, [&] { return looks_ > looks || stop_; });
}

void FakeNode::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    news_.wait_for(lock, kPace);
    ++looks_;
    looked_.notify_all();
    const auto pods = pods_->all();
    if (!pods) continue;
    for (const kube::SharedSeen& pod : *pods) tend(*pod);
    std::erase_if(lives_, [&](const auto& entry) {
      return std::none_of(pods->begin(), pods->end(),
                          [&](const kube::SharedSeen& pod) { return pod->meta.uid.str() == entry.first; });
    });
  }
}

void FakeNode::tend(const kube::Seen& seen) {
  const json::Value& pod = seen.kept;
  if (seen.meta.deleting) {
    const auto life = lives_.find(seen.meta.uid.str());
    const bool runs = life != lives_.end() && life->second.process != nullptr;
    if (!runs || life->second.process->has_ended(PodProcess::Clock::now())) let_go(pod);
    return;
  }
  const auto does = does_.find(image_of(pod));
  const bool placeable = does == does_.end() || does->second != Does::no_place;
  if (placeable && pod["spec"]["nodeName"].is_null()) return place(pod);
  Life& life = lives_[seen.meta.uid.str()];
  report(pod, life);
}

bool FakeNode::write(const std::string& method, const std::string& target, const json::Value& body,
                     const std::string& type) {
  const auto outcome =
      connection_.exchange({.method = method, .target = target, .body = json::write(body), .content_type = type});
  const auto* reply = std::get_if<kube::Reply>(&outcome);
  return reply != nullptr && reply->status < 300;
}

void FakeNode::place(const json::Value& pod) {
  json::Value node;
  node.add("apiVersion", "v1").add("kind", "Node").add("name", node_for(pod, kName));
  json::Value name;
  json::Value binding;
  binding.add("apiVersion", "v1").add("kind", "Binding").add("metadata", name.add("name", pod["metadata"]["name"]));
  binding.add("target", std::move(node));
  (void)write("POST", kube::path_of(kPodKind, kube::meta_of(pod).key, "binding"), binding, "application/json");
}

void FakeNode::let_go(const json::Value& pod) {
  json::Value preconditions;
  preconditions.add("uid", pod["metadata"]["uid"]);
  json::Value options;
  options.add("apiVersion", "v1").add("kind", "DeleteOptions").add("gracePeriodSeconds", 0);
  options.add("preconditions", std::move(preconditions));
  (void)write("DELETE", kube::path_of(kPodKind, kube::meta_of(pod).key), options, "application/json");
}

// The status as it should be, written if it is not what was written last.
void FakeNode::report(const json::Value& pod, Life& life) {
  const std::string& name = pod["metadata"]["name"].as_string();
  logs_->runs(name, image_of(pod));
  life.unready = unready_.contains(name);
  const bool was_down = life.down;
  if (life.down) life.down = false;
  if (!was_down && crashes_.contains(name) && !life.ready_since.empty()) {
    if (--crashes_[name] == 0) crashes_.erase(name);
    life.restarts += 1;
    life.down = true;
  }
  if (life.address.empty()) {
    addresses_ += 1;  // a loopback address of its own for each pod of each test program
    life.address = "127." + std::to_string(10 + ::getpid() % 200) + "." + std::to_string(addresses_ / 250) + "." +
                   std::to_string(1 + addresses_ % 250);
    life.began = now_text();
  }
  const auto found = does_.find(image_of(pod));
  const Does does = found == does_.end() ? Does::well : found->second;
  const bool runs = (does == Does::well || does == Does::never_ready) && !life.down;
  serve(pod, life, runs);
  const bool ready = does == Does::well && runs && !life.unready && answers(life);
  if (ready != !life.ready_since.empty()) life.ready_since = ready ? now_text() : "";
  const json::Value status = does == Does::no_place ? not_placed(life.began) : status_of(pod, life, does);
  if (status == life.said) return;
  json::Value body;
  body.add("status", status);
  const std::string target = kube::path_of(kPodKind, kube::meta_of(pod).key, "status");
  if (write("PATCH", target, body, "application/merge-patch+json")) life.said = status;
}

json::Value FakeNode::status_of(const json::Value& pod, const Life& life, Does does) const {
  Container container;
  container.restarts = life.restarts;
  container.ready = !life.ready_since.empty();
  json::Value started;
  started.add("startedAt", life.began);
  container.state = state("running", std::move(started));
  if (life.restarts > 0) container.last = terminated(137, "Error");
  if (does == Does::image_fails) {
    container.state = waiting("ImagePullBackOff", "Back-off pulling image \"" + image_of(pod) + "\"");
  } else if (does == Does::crashes) {
    container = {waiting("CrashLoopBackOff", "back-off 40s restarting failed container"), terminated(1, "Error"), false,
                 3};
  } else if (life.down) {
    container.restarts -= 1;
    container.state = terminated(137, "Error");
  }
  const bool ended = does == Does::succeeds || does == Does::fails;
  if (ended)
    container.state = terminated(does == Does::fails ? kFailedWith : 0, does == Does::fails ? "Error" : "Completed");
  const std::string since = container.ready ? life.ready_since : life.began;
  json::Value conditions = json::Value::array();
  conditions.push(condition("PodScheduled", true, life.began)).push(condition("Initialized", true, life.began));
  conditions.push(condition("ContainersReady", container.ready, since))
      .push(condition("Ready", container.ready, since));
  json::Value address;
  json::Value status;
  status.add("phase", phase_of(does)).add("podIP", life.address);
  status.add("podIPs", json::Value::array().push(address.add("ip", life.address))).add("startTime", life.began);
  status.add("conditions", std::move(conditions));
  return status.add("containerStatuses", json::Value::array().push(container_status(pod, container)));
}

// Answers at the pod's address while its container runs.
void FakeNode::serve(const json::Value& pod, Life& life, bool runs) {
  if (!program_.empty()) return run(pod, life, runs);
  if (!runs) return life.server.reset();
  const auto& ports = pod["spec"]["containers"].items().at(0)["ports"].items();
  if (life.server != nullptr || ports.empty()) return;
  const auto port = static_cast<std::uint16_t>(ports.front()["containerPort"].as_uint());
  life.server = std::make_unique<PodServer>(life.address, port, image_of(pod));
}

// The process of a pod. One that ended by itself is started again, as a restart of the container.
void FakeNode::run(const json::Value& pod, Life& life, bool runs) {
  if (!runs) return life.process.reset();
  if (life.process != nullptr && !life.process->running()) life.restarts += 1;
  if (life.process == nullptr || !life.process->running())
    life.process = std::make_unique<PodProcess>(pod, program_, life.address, log_);
}

// Asked until it does; after that only its end makes a difference.
bool FakeNode::answers(const Life& life) const {
  return life.process == nullptr || !life.ready_since.empty() || life.process->ready();
}

}  // namespace depops::test
