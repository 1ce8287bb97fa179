#include "agent/kubernetes/workloads/kubernetes_runtime.h"

#include <malloc.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/connection/connection.h"
#include "agent/kubernetes/watch/watcher.h"
#include "agent/kubernetes/workloads/decide.h"
#include "agent/kubernetes/workloads/facts.h"
#include "agent/kubernetes/workloads/hands.h"
#include "agent/kubernetes/workloads/log_reader.h"

namespace depops::agent {
namespace {

namespace kube = kubernetes;

constexpr Millis kWaiting{250};    // until the next look while time alone can change what is decided
constexpr Millis kResting{5'000};  // else; looks at what is in memory, asks nobody
const kube::FieldManager kManager("depops-agent");

// Waiting that ends when somebody is needed. Thread: any.
class Bell {
 public:
  void ring() {
    set([this] { rung_ = true; });
  }
  void close() {
    set([this] { closed_ = true; });
  }
  // False: closed.
  bool wait(Millis most) {
    std::unique_lock lock(mutex_);
    rings_.wait_for(lock, most, [this] { return rung_ || closed_; });
    rung_ = false;
    return !closed_;
  }
  // Passes the time; false: closed meanwhile.
  bool pass(Millis time) {
    std::unique_lock lock(mutex_);
    return !rings_.wait_for(lock, time, [this] { return closed_; });
  }

 private:
  template <typename F>
  void set(const F& change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    rings_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable rings_;
  bool rung_ = false;
  bool closed_ = false;
};

// Numbers from 0 to 1. Thread: any.
class Chance {
 public:
  double operator()() {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>()(engine_);
  }

 private:
  std::mutex mutex_;
  std::mt19937 engine_{std::random_device{}()};
};

kube::Watcher watcher(kube::Connection& connection, kube::WatchOrder order, Chance& chance, Bell& bell) {
  return {connection, std::move(order), [&chance] { return chance(); }, [&bell] { bell.ring(); }};
}

json::Value (*keep_of(kube::InPlace::Kind kind))(const json::Value&) {
  return kind == kube::InPlace::Kind::daemon ? kube::keep_of_daemon_set : kube::keep_of_stateful_set;
}

// What came of it no watch shows: it is looked again at once.
bool is_unseen(const kube::Act& act) {
  return std::holds_alternative<kube::Prepare>(act) || std::holds_alternative<kube::Join>(act) ||
         std::holds_alternative<kube::Survey>(act);
}

class KubernetesRuntime : public Runtime {
 public:
  KubernetesRuntime(KubernetesSettings settings, const ports::Clock& clock)
      : settings_(std::move(settings)), clock_(clock), access_(settings_.access), connection_(access_, clock_) {
    limits_.history = settings_.history;
  }
  ~KubernetesRuntime() override { halt(); }

  void start(std::function<void(RuntimeFacts)> changed) override {
    changed_ = std::move(changed);
    worker_ = std::thread([this] { work(); });
  }

  void apply(RuntimeOrders orders) override {
    {
      const std::lock_guard lock(mutex_);
      incoming_ = std::move(orders);
    }
    bell_.ring();
  }

  void stop() override { halt(); }

 private:
  // What lives as long as the worker.
  struct Eyes {
    kube::Watcher deployments;
    kube::Watcher pods;
    std::function<std::unique_ptr<kube::Watcher>(kube::InPlace::Kind)> begin_in_place;
    // Once there is a StatefulSet, or a DaemonSet.
    std::map<kube::InPlace::Kind, std::unique_ptr<kube::Watcher>> in_place;
    kube::Client client;
    kube::Hands hands;
    Eyes(KubernetesRuntime& of, const kube::WatchOrder& order_of_deployments, const kube::WatchOrder& order_of_pods)
        : deployments(watcher(of.connection_, order_of_deployments, of.chance_, of.bell_)),
          pods(watcher(of.connection_, order_of_pods, of.chance_, of.bell_)),
          begin_in_place([&of](kube::InPlace::Kind kind) {
            return std::make_unique<kube::Watcher>(
                of.connection_, of.order(kube::resource_of(kind), keep_of(kind)), [&of] { return of.chance_(); },
                [&of] { of.bell_.ring(); });
          }),
          client(of.connection_, kManager,
                 {[&of](Millis time) { return of.bell_.pass(time); }, [&of] { return of.chance_(); }}),
          hands({of.settings_.site, of.settings_.artifacts_dir, of.settings_.policy}, client, deployments, pods,
                [this](kube::InPlace::Kind kind) -> kube::Watcher& { return watched(kind); }) {}
    kube::Watcher& watched(kube::InPlace::Kind kind) {
      std::unique_ptr<kube::Watcher>& watcher = in_place[kind];
      if (watcher == nullptr) watcher = begin_in_place(kind);
      return *watcher;
    }
    // False: what is there is not known now.
    bool add_in_place(kube::Cluster& cluster) {
      for (const kube::Pod& pod : cluster.pods) {
        if (pod.place) watched(pod.place->on_node ? kube::InPlace::Kind::daemon : kube::InPlace::Kind::stateful);
      }
      for (const auto& [kind, watcher] : in_place) {
        const auto objects = watcher->all();
        if (!objects) return false;
        for (const kube::SharedSeen& seen : *objects) cluster.in_place.push_back(kube::in_place_of(*seen));
      }
      return true;
    }
  };

  void halt() {
    bell_.close();
    if (worker_.joinable()) worker_.join();
  }

  kube::WatchOrder order(const kube::Resource& resource, json::Value (*projection)(const json::Value&)) const {
    const kube::LabelSelector ours(std::string(kube::kSiteLabel) + "=" + settings_.site.str());
    return {resource, settings_.policy.space, ours, projection};
  }

  void work() {
    Eyes eyes(*this, order(kube::deployments(), kube::keep_of_deployment), order(kube::kPods, kube::keep_of_pod));
    while (bell_.wait(kube::waits(memory_) ? kWaiting : kResting)) turn(eyes);
  }

  void take_orders() {
    const std::lock_guard lock(mutex_);
    if (incoming_) orders_ = std::exchange(incoming_, std::nullopt);
  }

  void turn(Eyes& eyes) {
    take_orders();
    const auto deployments = eyes.deployments.all();
    const auto pods = eyes.pods.all();
    if (!deployments || !pods) return report_outage(eyes);
    kube::Cluster cluster;
    for (const kube::SharedSeen& seen : *deployments) kube::add_deployment(cluster, *seen);
    cluster.pods.reserve(pods->size());
    for (const kube::SharedSeen& seen : *pods) cluster.pods.push_back(kube::pod_of(*seen));
    if (!eyes.add_in_place(cluster)) return report_outage(eyes);
    for (auto& [source, words] : logs_.answers()) last_words_.heard(source, std::move(words));
    last_words_.add_to(cluster);
    memory_ = kube::observed(std::move(memory_), orders_, cluster, clock_.now());
    if (orders_) carry_out(cluster, eyes.hands);
    logs_.read(last_words_.wanted(kube::speakers(orders_, cluster, memory_), clock_.now()));
    report(kube::facts_of(orders_, cluster, memory_, outage(eyes), clock_.now().wall));
    ::malloc_trim(0);  // a turn looks at all pods, and what that took lies between things that stay
  }

  void carry_out(const kube::Cluster& cluster, kube::Hands& hands) {
    for (const kube::Act& act : kube::decide(*orders_, cluster, memory_, clock_.now(), limits_)) {
      const Result<void> outcome = hands.carry_out(act);
      const SetId set = kube::set_of(act);
      kube::note(memory_, set, outcome, clock_.now());
      if (!outcome.ok()) continue;
      if (const auto* taken = std::get_if<kube::TakeOver>(&act)) memory_.taken.insert(taken->from.uid);
      if (std::holds_alternative<kube::Prepare>(act)) memory_.sets[set].attached = hands.prepared();
      if (const auto* join = std::get_if<kube::Join>(&act)) kube::note_joined(memory_, join->object);
      if (const auto* survey = std::get_if<kube::Survey>(&act))
        kube::note_nodes(memory_, survey->object, hands.surveyed(), cluster);
      if (is_unseen(act)) bell_.ring();
    }
  }

  static std::string outage(const Eyes& eyes) {
    for (const kube::Watcher* watcher : {&eyes.deployments, &eyes.pods}) {
      if (std::string trouble = watcher->trouble(); !trouble.empty()) return trouble;
    }
    for (const auto& [kind, watcher] : eyes.in_place) {
      if (std::string trouble = watcher->trouble(); !trouble.empty()) return trouble;
    }
    return "";
  }

  // Nothing is known of now, so what was told stays, with the reason why it can not be newer.
  void report_outage(const Eyes& eyes) {
    const std::string why = outage(eyes);
    if (why.empty() || !reported_) return;
    RuntimeFacts facts = last_;
    for (SetFacts& set : facts.sets) set.trouble = why;
    report(std::move(facts));
  }

  void report(RuntimeFacts facts) {
    const Instant at = std::exchange(facts.at, last_.at);
    if (reported_ && facts == last_) return;
    facts.at = at;
    last_ = facts;
    reported_ = true;
    changed_(std::move(facts));
  }

  const KubernetesSettings settings_;
  const ports::Clock& clock_;
  kube::Access access_;
  kube::Connection connection_;
  kube::Limits limits_;
  Chance chance_;
  Bell bell_;
  std::function<void(RuntimeFacts)> changed_;
  std::thread worker_;

  std::mutex mutex_;
  std::optional<RuntimeOrders> incoming_;

  // The worker's own.
  std::optional<RuntimeOrders> orders_;
  kube::Memory memory_;
  kube::LastWords last_words_;
  kube::LogReader logs_{access_, clock_, [this] { bell_.ring(); }};
  RuntimeFacts last_;
  bool reported_ = false;
};

}  // namespace

std::unique_ptr<Runtime> make_kubernetes_runtime(KubernetesSettings settings, const ports::Clock& clock) {
  return std::make_unique<KubernetesRuntime>(std::move(settings), clock);
}

}  // namespace depops::agent
