#include "tests/support/kubernetes/fake_daemon.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "shared/json/write.h"
#include "tests/support/kubernetes/fake_stateful.h"

namespace depops::test {
namespace {

const FakeKind kPodsOnNodes{"", "v1", "pods", "Pod"};
const char* const kHashOnNodes = "controller-revision-hash";
const char* const kDaemonController = "daemonset-controller";
constexpr int kDaemonLooksMost = 100;  // one after another, while they change something

bool runs_ready(const json::Value& pod) {
  const auto& conditions = pod["status"]["conditions"].items();
  return std::any_of(conditions.begin(), conditions.end(), [](const json::Value& one) {
    return one["type"].as_string() == "Ready" && one["status"].as_string() == "True";
  });
}

class OneDaemonSet {
 public:
  OneDaemonSet(FakeObjects& objects, json::Value object) : objects_(objects), object_(std::move(object)) {
    space_ = object_["metadata"]["namespace"].as_string();
    name_ = object_["metadata"]["name"].as_string();
  }

  void look() {
    hash_ = std::to_string(std::hash<std::string>()(json::write(like())) % 10'000'000'000ULL);
    keep_revision();
    objects_.each(kFakeNodes, [this](const json::Value& node) {
      const auto& wanted = at(like(), {"spec", "nodeSelector"}).members();
      const json::Value& labels = node["metadata"]["labels"];
      const bool fits =
          std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) { return labels[one.first] == one.second; });
      if (fits) nodes_.insert(node["metadata"]["name"].as_string());
    });
    read_pods();
    for (const auto& [node, pod] : pods_) {
      if (!nodes_.contains(node)) (void)objects_.remove(kPodsOnNodes, key_of(pod), json::Value::object());
    }
    for (const std::string& node : nodes_) {
      if (!pods_.contains(node)) start(node);
    }
    read_pods();
    report();
  }

 private:
  const json::Value& like() const { return object_["spec"]["template"]; }
  static std::string key_of(const json::Value& one) {
    return one["metadata"]["namespace"].as_string() + "/" + one["metadata"]["name"].as_string();
  }

  json::Value owner() const {
    json::Value owner;
    owner.add("apiVersion", "apps/v1").add("kind", "DaemonSet").add("name", name_);
    return owner.add("uid", object_["metadata"]["uid"]).add("controller", true);
  }

  // The one of the template now is the newest.
  void keep_revision() {
    std::int64_t newest = 0;
    const json::Value uid = object_["metadata"]["uid"];
    objects_.each(kFakeRevisions, [&](const json::Value& one) {
      const auto& owners = one["metadata"]["ownerReferences"].items();
      if (!owners.empty() && owners.front()["uid"] == uid) newest = std::max(newest, one["revision"].as_int());
    });
    const std::string name = name_ + "-" + hash_;
    const auto there = objects_.get(kFakeRevisions, space_ + "/" + name);
    json::Value change;
    if (there.status == 200 && there.body["revision"].as_int() == newest) return;
    if (there.status == 200) {
      (void)objects_.merge_patch(kFakeRevisions, space_ + "/" + name, change.add("revision", newest + 1),
                                 kDaemonController);
      return;
    }
    json::Value meta;
    meta.add("name", name).add("namespace", space_).add("ownerReferences", json::Value::array().push(owner()));
    meta.add("labels", with(like()["metadata"]["labels"], {kHashOnNodes}, hash_));
    json::Value spec;
    json::Value data;
    change.add("apiVersion", "apps/v1").add("kind", "ControllerRevision").add("metadata", std::move(meta));
    change.add("data", data.add("spec", spec.add("template", like()))).add("revision", newest + 1);
    (void)objects_.create(kFakeRevisions, space_, std::move(change), kDaemonController);
  }

  void read_pods() {
    pods_.clear();
    objects_.each(kPodsOnNodes, [this](const json::Value& pod) {
      const auto& owners = pod["metadata"]["ownerReferences"].items();
      if (owners.empty() || owners.front()["uid"] != object_["metadata"]["uid"]) return;
      pods_[pod["spec"]["nodeName"].as_string()] = pod;
    });
  }

  void start(const std::string& node) {
    json::Value meta;
    meta.add("name", name_ + "-" + std::to_string(objects_.revision())).add("namespace", space_);
    meta.add("labels", with(like()["metadata"]["labels"], {kHashOnNodes}, hash_));
    meta.add("annotations", like()["metadata"]["annotations"]);
    meta.add("ownerReferences", json::Value::array().push(owner()));
    json::Value status;
    json::Value pod;
    pod.add("apiVersion", "v1").add("kind", "Pod").add("metadata", std::move(meta));
    pod.add("spec", with(like()["spec"], {"nodeName"}, node)).add("status", status.add("phase", "Pending"));
    (void)objects_.create(kPodsOnNodes, space_, std::move(pod), kDaemonController);
  }

  void report() {
    std::uint64_t ready = 0;
    std::uint64_t updated = 0;
    for (const auto& [node, pod] : pods_) {
      ready += runs_ready(pod) ? 1 : 0;
      updated += pod["metadata"]["labels"][kHashOnNodes].as_string() == hash_ ? 1 : 0;
    }
    json::Value status;
    status.add("observedGeneration", object_["metadata"]["generation"]);
    status.add("desiredNumberScheduled", nodes_.size()).add("currentNumberScheduled", pods_.size());
    status.add("numberReady", ready).add("updatedNumberScheduled", updated).add("numberMisscheduled", 0);
    json::Value change;
    (void)objects_.merge_patch(kFakeDaemonSets, space_ + "/" + name_, change.add("status", std::move(status)),
                               kDaemonController);
  }

  FakeObjects& objects_;
  json::Value object_;
  std::string space_;
  std::string name_;
  std::string hash_;
  std::set<std::string> nodes_;
  std::map<std::string, json::Value> pods_;  // by node
};

}  // namespace

void run_daemon_sets(FakeObjects& objects) {
  for (int i = 0; i < kDaemonLooksMost; ++i) {
    std::vector<json::Value> all;
    objects.each(kFakeDaemonSets, [&](const json::Value& object) { all.push_back(object); });
    const std::uint64_t before = objects.revision();
    for (json::Value& object : all) OneDaemonSet(objects, std::move(object)).look();
    if (objects.revision() == before) return;
  }
}

std::string node_for(const json::Value& pod, const std::string& otherwise) {
  const json::Value& terms = at(
      pod, {"spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"});
  if (terms.items().empty() || terms.items().front()["matchFields"].items().empty()) return otherwise;
  const auto& values = terms.items().front()["matchFields"].items().front()["values"].items();
  return values.empty() ? otherwise : values.front().as_string();
}

}  // namespace depops::test
