#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "agent/driver/driver.h"
#include "agent/kubernetes/workloads/kubernetes_runtime.h"
#include "shared/clock/system_clock.h"
#include "tests/contract/kubernetes/visitor.h"
#include "tests/contract/kubernetes_rollout/asked_rules.h"
#include "tests/contract/kubernetes_rollout/cluster_life.h"
#include "tests/contract/kubernetes_rollout/cluster_rules.h"
#include "tests/contract/kubernetes_router/flavour.h"
#include "tests/support/memory_journal.h"

namespace depops::test {

inline constexpr unsigned kRolledReplicas = 4;
inline constexpr Millis kRolledDrain{500};
inline constexpr unsigned kRolledHistory = 1;  // sets without pods that are kept

inline const std::string kRolledAgent = "agent/1";  // as the holder of the lease

std::string rolled_set(const std::string& label);  // its name

// Every version is here.
class HaveArtifacts final : public agent::Artifacts {
 public:
  void start(std::function<void(agent::ArtifactFacts)> changed) override { changed_ = std::move(changed); }
  void want(std::vector<agent::ArtifactRef> refs) override {
    for (const agent::ArtifactRef& ref : refs) changed_({ref.digest, true, ref.size, "", false});
  }
  void stop() override {}

 private:
  std::function<void(agent::ArtifactFacts)> changed_;
};

class NothingMeasured final : public agent::MetricSource {
 public:
  void start(std::function<void(agent::Measured)>) override {}
  void measure(std::vector<agent::MeasureOrder>) override {}
  void stop() override {}
};

class NothingHooked final : public agent::Hooks {
 public:
  void start(std::function<void(agent::HookFacts)>) override {}
  void apply(agent::HookOrders) override {}
  void stop() override {}
};

// A hub that is away all the time.
class NoHub final : public agent::Uplink {
 public:
  void begin(const std::string&, std::uint64_t) override {}
  Result<std::uint64_t> send(const sync::Run&) override { return std::uint64_t{1}; }
  void send(const sync::Hello&) override {}
  void send(const sync::Gone&) override {}
  void send(const sync::Inventory&) override {}
  void send(const sync::SnapshotPart&) override {}
  void send(const sync::Telemetry&) override {}
};

// The agent of one namespace of the fake cluster, with an HTTPRoute in front of its service.
class RolledSite {
 public:
  struct World {
    bool slow = false;      // pods come and go late
    bool stateful = false;  // a version is a StatefulSet
    bool daemon = false;    // or a DaemonSet, on as many nodes as the others have pods
    bool leased = false;    // the agent acts while it has the lease; another one may wait for it
  };
  explicit RolledSite(std::uint64_t seed) : RolledSite(seed, World()) {}
  RolledSite(std::uint64_t seed, World world);
  ~RolledSite();

  // A canary of 25 %, 50 %, then all, or in a StatefulSet or DaemonSet one by one; with changes to that plan.
  using Changes = std::function<void(sync::Target&)>;
  void deploy(const std::string& label, const Changes& changes = {});
  Result<agent::AnswerVerb> ask(rollout::Verb verb, std::optional<std::uint32_t> replicas = {});  // of a person here
  void turn();                                           // the cluster goes on by a little
  bool becomes(const std::function<bool()>& condition);  // turns until it holds; false after a minute
  bool has_ended();                                      // what was deployed last
  rollout::RolloutStatus status();
  void restart_agent();
  void rival(bool there);  // somebody else who wants the lease, and does nothing with it
  bool rival_acts() const;

  // Of the server, which looks at both on its own threads.
  void rules(const std::function<void(ClusterRules&)>& change);
  void life(const std::function<void(ClusterLife&)>& change);
  std::string story();                                  // where it stands, for a failed test
  std::string broken();                                 // what did not hold; empty: all did
  std::string left_behind(const std::string& label);    // beside that version and one to go back to; empty: nothing
  std::string attachment_of(const std::string& label);  // the name of its ConfigMap
  std::map<std::string, unsigned> pods();               // by set
  std::string row();                                    // of a DaemonSet: by node the last letter of the set, "1121"
  void add_node();                                      // for its pods
  std::int64_t weight(const std::string& label);
  const std::string& space() const { return space_.str(); }

 private:
  struct Process;  // the agent as long as it lives
  class Contender;
  void bring(const std::string& label);
  void start_agent();
  void tend_agent();
  bool in_place() const { return world_.stateful || world_.daemon; }

  kube::Namespace space_;
  const World world_;
  ClusterRules rules_;
  AskedRules asked_rules_;
  ClusterLife life_;
  std::filesystem::path dir_;
  JournalDisk disk_;
  sync::Desired desired_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<Contender> rival_;
  unsigned asked_ = 0;
  unsigned nodes_ = 0;
};

}  // namespace depops::test
