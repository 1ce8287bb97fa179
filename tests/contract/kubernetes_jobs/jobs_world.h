#pragma once

#include <condition_variable>
#include <mutex>

#include "agent/hooks/site_hooks.h"
#include "agent/kubernetes/jobs/cluster_jobs.h"
#include "tests/contract/runtime/kubernetes_world.h"

namespace depops::test {

inline const kube::Resource kJobKind{kube::ApiGroup("batch"), kube::ApiVersion("v1"), kube::Plural("jobs"), "Job",
                                     true};

// A namespace with an agent's hooks in it, under the rights of the agent's role.
class JobsWorld {
 public:
  JobsWorld();
  ~JobsWorld();

  // A run of the Job in the file jobs/run.yaml of the version, whose pods have that image. 0: a measurement.
  agent::HookOrder order(std::uint64_t number, const std::string& image, Millis timeout = Millis(60'000));
  // The same file is shown, as a hook's; nothing is to come to be.
  agent::HookOrder rehearsal(const std::string& file = "jobs/run.yaml");
  void write_job(const agent::HookOrder& order, const std::string& text);  // instead
  void pods_will(const std::string& image, FakeNode::Does does);           // those that have that image
  std::string job(const std::string& image) const;
  std::string name_of(const agent::HookOrder& order) const;

  void apply(std::vector<agent::HookOrder> orders);
  rollout::HookFact wait_end(const agent::HookOrder& order);  // of one that is ordered
  rollout::HookFact fact_of(const agent::HookOrder& order);   // by now; running with no text: nothing was told
  void is_done_once(const agent::HookOrder& order);           // orders it, and checks that one pod did it
  bool runs(const agent::HookOrder& order);                   // its pod is there, and runs
  void start_agent();
  void stop_agent();  // orderly; a Job is left, as by an agent that is killed
  void restart_agent() { stop_agent(), start_agent(); }
  bool comes(const std::function<bool()>& condition);  // within a minute

  std::vector<kube::Object> jobs() { return cluster.all(kJobKind); }
  std::vector<kube::Object> pods() { return cluster.all(kPodKind); }
  std::optional<kube::Object> find(const agent::HookOrder& order);
  void remove(const kube::Object& job);  // by somebody

  KubernetesWorld cluster;
  agent::ClusterJobsSettings settings;  // of the next start

 private:
  rollout::HookFact told_of(const agent::HookOrder& order) const;  // pre: locked

  clock::SystemClock clock_;
  kube::Access access_;
  std::unique_ptr<agent::Hooks> hooks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  agent::HookFacts facts_;
};

}  // namespace depops::test
