#include "tests/contract/kubernetes_rollout/cluster_rules.h"

#include <algorithm>
#include <numeric>

#include "shared/json/write.h"
#include "tests/contract/kubernetes_rollout/cluster_life.h"
#include "tests/support/kubernetes/fake_daemon.h"
#include "tests/support/kubernetes/fake_stateful.h"
#include "tests/support/kubernetes/fake_tree.h"

namespace depops::test {
namespace {

const std::string kService = "checkout";

}  // namespace

void ClusterRules::expect(bool holds, const std::string& what) {
  if (!holds && broken_.empty()) broken_ = what;
}

void ClusterRules::look(const FakeObjects& objects) {
  look_at_pods(objects);
  look_at_deployments(objects);
  look_at_routes(objects);
  look_at_stateful_sets(objects);
  look_at_daemon_sets(objects);
}

void ClusterRules::look_at_pods(const FakeObjects& objects) {
  ready_.clear();
  objects.each(kPodsOfFake, [this](const json::Value& pod) {
    if (pod["metadata"]["namespace"].as_string() != space_ || !is_ready_pod(pod)) return;
    ++ready_[pod["metadata"]["labels"]["depops.io/set"].as_string()];
  });
  const unsigned all = std::accumulate(ready_.begin(), ready_.end(), 0U,
                                       [](unsigned sum, const auto& entry) { return sum + entry.second; });
  if (serves_) expect(all >= replicas_, "I1 only " + std::to_string(all) + " pods are ready");
}

void ClusterRules::look_at_deployments(const FakeObjects& objects) {
  std::int64_t wished = 0;
  objects.each(kDeploymentsOfFake, [&](const json::Value& deployment) {
    const json::Value& meta = deployment["metadata"];
    if (meta["namespace"].as_string() != space_ || meta["labels"]["depops.io/set"].is_null()) return;
    wished += deployment["spec"]["replicas"].as_int();
    look_at_scale(meta["labels"]["depops.io/set"].as_string(), deployment["spec"]["replicas"].as_int());
    if (deployment["spec"]["replicas"].as_int() > 0) look_at_belongings(objects, deployment);
    const std::string is = json::write(deployment["spec"]["template"]) + json::write(deployment["spec"]["selector"]);
    const auto [known, fresh] = made_.emplace(meta["uid"].as_string(), is);
    expect(fresh || known->second == is, meta["name"].as_string() + " was changed after it was made");
  });
  expect(wished <= static_cast<std::int64_t>(versions_) * most_,
         "I3 " + std::to_string(wished) + " pods are wished for");
}

// Whoever sends requests learns late that they go elsewhere, so what they went to goes later still.
void ClusterRules::look_at_scale(const std::string& set, std::int64_t replicas) {
  const auto fell = fell_.find(set);
  if (!resized_ && replicas < replicas_of_[set] && fell != fell_.end())
    expect(std::chrono::steady_clock::now() - fell->second >= drain_, "I18 " + set + " shrank while it was drained");
  replicas_of_[set] = replicas;
}

// What its pods refer to is there, and is its own: what belongs to something else can go at any time.
void ClusterRules::look_at_belongings(const FakeObjects& objects, const json::Value& deployment) {
  const json::Value& meta = deployment["metadata"];
  for (const json::Value& container : deployment["spec"]["template"]["spec"]["containers"].items()) {
    for (const json::Value& from : container["envFrom"].items()) {
      const std::string& name = from["configMapRef"]["name"].as_string();
      const json::Value there = objects.get(kConfigMapsOfFake, space_ + "/" + name).body;
      const auto& owners = there["metadata"]["ownerReferences"].items();
      const bool own = owners.size() == 1 && owners.front()["uid"] == meta["uid"];
      expect(own, meta["name"].as_string() + " has pods, and ConfigMap " + name + " is not its own");
    }
  }
}

unsigned ClusterRules::endpoints_of(const FakeObjects& objects, const std::string& set) const {
  const json::Value slice = objects.get(kSlicesOfFake, space_ + "/" + set + "-1").body;
  return static_cast<unsigned>(std::ranges::count_if(
      slice["endpoints"].items(), [](const json::Value& one) { return one["conditions"]["ready"].as_bool(); }));
}

// One for all versions. Where its template becomes another one, nobody's place does.
void ClusterRules::look_at_stateful_sets(const FakeObjects& objects) {
  unsigned count = 0;
  objects.each(kFakeStatefulSets, [&](const json::Value& object) {
    const json::Value& meta = object["metadata"];
    if (meta["namespace"].as_string() != space_) return;
    ++count;
    const std::string is = json::write(object["spec"]["template"]);
    const auto [known, fresh] = templates_.emplace(meta["name"].as_string(), is);
    if (fresh || known->second == is) return;
    known->second = is;
    expect(at(object, {"spec", "updateStrategy", "rollingUpdate", "partition"}) == object["spec"]["replicas"],
           "the template was changed under pods that are not below the partition");
  });
  expect(count <= 1, "there are two StatefulSets of one service");
  if (count > 0) look_at_places(objects);
}

// One for all versions, and nobody but us says which pod becomes of which.
void ClusterRules::look_at_daemon_sets(const FakeObjects& objects) {
  unsigned count = 0;
  objects.each(kFakeDaemonSets, [&](const json::Value& object) {
    if (object["metadata"]["namespace"].as_string() != space_) return;
    ++count;
    expect(at(object, {"spec", "updateStrategy", "type"}).as_string() == "OnDelete", "Kubernetes updates pods itself");
  });
  expect(count <= 1, "there are two DaemonSets of one service");
  if (count > 0) look_at_places(objects);
}

// What a pod refers to is there before it is, and goes with the template of its version and no other's.
void ClusterRules::look_at_places(const FakeObjects& objects) {
  objects.each(kPodsOfFake, [&](const json::Value& pod) {
    const json::Value& meta = pod["metadata"];
    if (meta["namespace"].as_string() != space_ || meta["labels"]["depops.io/set"].is_null()) return;
    for (const json::Value& container : pod["spec"]["containers"].items()) {
      for (const json::Value& from : container["envFrom"].items()) {
        const std::string& name = from["configMapRef"]["name"].as_string();
        const json::Value there = objects.get(kConfigMapsOfFake, space_ + "/" + name).body;
        const auto& owners = there["metadata"]["ownerReferences"].items();
        const std::string hash = meta["labels"]["controller-revision-hash"].as_string();
        const std::string& by = owners.size() == 1 ? owners.front()["name"].as_string() : "";
        const bool daemon = meta["ownerReferences"].items().at(0)["kind"].as_string() == "DaemonSet";
        const bool waits = daemon && !is_ready_pod(pod);  // made anew by its node, before we knew that it would be
        const bool own = waits || by == hash || (daemon && (by == "checkout" || by == "checkout-" + hash));
        expect(own, meta["name"].as_string() + " is there, and ConfigMap " + name + " is not its version's own");
      }
    }
  });
}

// A version's share never leads to fewer pods than the share needs, and when it grows their Service knows them.
void ClusterRules::look_at_routes(const FakeObjects& objects) {
  std::map<std::string, std::int64_t> weights;
  std::int64_t sum = 0;
  objects.each(kRoutesOfFake, [&](const json::Value& route) {
    if (route["metadata"]["namespace"].as_string() != space_) return;
    for (const json::Value& rule : route["spec"]["rules"].items()) {
      for (const json::Value& backend : rule["backendRefs"].items()) {
        const std::string& name = backend["name"].as_string();
        if (!name.starts_with(kService + "-")) continue;
        weights[name] += backend["weight"].as_int();
        sum += backend["weight"].as_int();
      }
    }
  });
  for (const auto& [set, weight] : weights_) {
    if (weight > weights[set]) fell_[set] = std::chrono::steady_clock::now();
  }
  for (const auto& [set, weight] : weights) {
    if (weight == 0) continue;
    const auto needed = std::max(static_cast<unsigned>(weight * replicas_ / sum), 1U);
    if (!serves_) continue;
    const std::string what = "I2 " + set + " has weight " + std::to_string(weight) + " and ";
    expect(ready_[set] >= needed, what + std::to_string(ready_[set]) + " ready pods");
    const unsigned known = weight > weights_[set] ? endpoints_of(objects, set) : needed;
    expect(known >= needed, what + std::to_string(known) + " endpoints");
  }
  weights_ = std::move(weights);
}

}  // namespace depops::test
