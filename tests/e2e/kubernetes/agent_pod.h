#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/kubernetes/cluster.h"
#include "tests/e2e/kubernetes/installation.h"
#include "tests/e2e/stage/stage.h"
#include "tests/support/kubernetes/gateway.h"

// A site whose agent is a pod under a real kubelet, from the manifests of deploy/kubernetes; broker and hub are outside
// of the cluster, on the node's address.
namespace depops::stage {

class AgentPod {
 public:
  // All that the README of deploy/kubernetes says, up to the apply of the agent.
  AgentPod();

  void start_stream();  // of requests to the service, by whatever pods its Service selects
  void publish(const std::string& label);

  json::Value pod();        // the agent's only one that is not being deleted; null without
  json::Value container();  // its status of the container `agent`; null without
  std::string container_id();
  void wait_until_restarted(const std::string& earlier_id);  // another container runs in its place
  // As `kubectl exec`; standard error goes to the log "exec".
  Ran exec(const std::vector<std::string>& words);
  // `depops-agent WORDS... --config` as the README has it.
  Ran agent(std::vector<std::string> words);
  json::Value service();  // what it shows of it; null if it does not answer

  std::size_t answers_of(const std::string& version);
  // Requests that none of these versions answered well.
  std::vector<std::string> other_answers(const std::vector<std::string>& versions);
  std::string trouble();  // what can be told of a pod that does not do as it should

  Cluster& cluster;
  Stage stage;

 private:
  std::vector<std::string> requests();
  void install();
  void make_volume();
  void describe_site(const json::Value& enrolled);
  void apply_all(const std::vector<json::Value>& objects);

  Installation manifests_;
  std::unique_ptr<test::Gateway> gateway_;
  std::uint16_t port_;
  Program stream_;
};

}  // namespace depops::stage
