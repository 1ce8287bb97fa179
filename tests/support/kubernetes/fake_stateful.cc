#include "tests/support/kubernetes/fake_stateful.h"

#include <algorithm>
#include <functional>
#include <map>

#include "shared/json/write.h"

namespace depops::test {
namespace {

const FakeKind kPodsInPlaces{"", "v1", "pods", "Pod"};
const char* const kHash = "controller-revision-hash";
const char* const kManager = "statefulset-controller";
constexpr int kLooksMost = 100;  // one after another, while they change something

bool works(const json::Value& pod) {
  const auto& conditions = pod["status"]["conditions"].items();
  return std::any_of(conditions.begin(), conditions.end(), [](const json::Value& one) {
    return one["type"].as_string() == "Ready" && one["status"].as_string() == "True";
  });
}

class OneSet {
 public:
  OneSet(FakeObjects& objects, json::Value object) : objects_(objects), object_(std::move(object)) {
    space_ = object_["metadata"]["namespace"].as_string();
    name_ = object_["metadata"]["name"].as_string();
    wanted_ = object_["spec"]["replicas"].as_uint();
    partition_ = at(object_, {"spec", "updateStrategy", "rollingUpdate", "partition"}).as_uint();
    orderly_ = object_["spec"]["podManagementPolicy"].as_string() != "Parallel";
  }

  void look() {
    update_ = revision_of(object_["spec"]["template"]);
    current_ = object_["status"]["currentRevision"].as_string();
    if (current_.empty()) current_ = update_;
    read_pods();
    go_on();
    read_pods();
    report();
  }

 private:
  static std::string hash_of(const json::Value& like) {
    return std::to_string(std::hash<std::string>()(json::write(like)) % 10'000'000'000ULL);
  }

  json::Value owner() const {
    json::Value owner;
    owner.add("apiVersion", "apps/v1").add("kind", "StatefulSet").add("name", name_);
    return owner.add("uid", object_["metadata"]["uid"]).add("controller", true);
  }

  std::string revision_of(const json::Value& like) {
    const std::string name = name_ + "-" + hash_of(like);
    if (objects_.get(kFakeRevisions, space_ + "/" + name).status == 200) return name;
    json::Value meta;
    meta.add("name", name).add("namespace", space_).add("ownerReferences", json::Value::array().push(owner()));
    json::Value spec;
    json::Value data;
    json::Value revision;
    revision.add("apiVersion", "apps/v1").add("kind", "ControllerRevision").add("metadata", std::move(meta));
    revision.add("data", data.add("spec", spec.add("template", like)));
    (void)objects_.create(kFakeRevisions, space_, std::move(revision), kManager);
    return name;
  }

  void read_pods() {
    pods_.clear();
    objects_.each(kPodsInPlaces, [this](const json::Value& pod) {
      const auto& owners = pod["metadata"]["ownerReferences"].items();
      if (owners.empty() || owners.front()["uid"] != object_["metadata"]["uid"]) return;
      const std::string& name = pod["metadata"]["name"].as_string();
      pods_[std::stoull(name.substr(name_.size() + 1))] = pod;
    });
  }

  std::string revision_in(std::uint64_t ordinal) const {
    return pods_.at(ordinal)["metadata"]["labels"][kHash].as_string();
  }

  void start(std::uint64_t ordinal) {
    const std::string revision = ordinal < partition_ ? current_ : update_;
    const auto kept = objects_.get(kFakeRevisions, space_ + "/" + revision);
    const json::Value& like = at(kept.body, {"data", "spec", "template"});
    json::Value meta;
    meta.add("name", name_ + "-" + std::to_string(ordinal)).add("namespace", space_);
    meta.add("labels", with(like["metadata"]["labels"], {kHash}, revision));
    meta.add("annotations", like["metadata"]["annotations"]);
    meta.add("ownerReferences", json::Value::array().push(owner()));
    json::Value status;
    json::Value pod;
    pod.add("apiVersion", "v1").add("kind", "Pod").add("metadata", std::move(meta));
    pod.add("spec", with(like["spec"], {"nodeName"}, "fake-1")).add("status", status.add("phase", "Pending"));
    (void)objects_.create(kPodsInPlaces, space_, std::move(pod), kManager);
  }

  void end(std::uint64_t ordinal) {
    (void)objects_.remove(kPodsInPlaces, space_ + "/" + name_ + "-" + std::to_string(ordinal), json::Value::object());
  }

  void go_on() {
    for (std::uint64_t i = 0; i < wanted_; ++i) {
      const bool there = pods_.contains(i);
      if (!there) start(i);
      if (orderly_ && (!there || !works(pods_[i]))) return;
    }
    for (auto last = pods_.rbegin(); last != pods_.rend() && last->first >= wanted_; ++last) {
      end(last->first);
      if (orderly_) return;
    }
    for (std::uint64_t i = wanted_; i > partition_; --i) {
      if (!pods_.contains(i - 1)) return;
      if (revision_in(i - 1) != update_) return end(i - 1);
      if (!works(pods_[i - 1])) return;
    }
  }

  void report() {
    std::uint64_t ready = 0;
    std::uint64_t updated = 0;
    for (const auto& [ordinal, pod] : pods_) {
      ready += works(pod) ? 1 : 0;
      updated += revision_in(ordinal) == update_ ? 1 : 0;
    }
    if (updated == pods_.size() && ready == pods_.size()) current_ = update_;
    json::Value status;
    status.add("observedGeneration", object_["metadata"]["generation"]).add("replicas", pods_.size());
    status.add("readyReplicas", ready).add("updatedReplicas", updated);
    status.add("currentRevision", current_).add("updateRevision", update_);
    json::Value change;
    (void)objects_.merge_patch(kFakeStatefulSets, space_ + "/" + name_, change.add("status", std::move(status)),
                               kManager);
  }

  FakeObjects& objects_;
  json::Value object_;
  std::string space_;
  std::string name_;
  std::uint64_t wanted_ = 0;
  std::uint64_t partition_ = 0;
  bool orderly_ = true;
  std::string update_;
  std::string current_;
  std::map<std::uint64_t, json::Value> pods_;
};

FakeAnswer is_for_life(const std::string& kind, const char* field, const char* reason, const std::string& message) {
  json::Value cause;
  cause.add("reason", reason).add("message", message).add("field", field);
  json::Value details;
  details.add("causes", json::Value::array().push(std::move(cause)));
  return refusal(422, "Invalid", kind + " is invalid: " + field + ": " + message, std::move(details));
}

}  // namespace

FakeAnswer checked_for_life(const json::Value& before, const json::Value& after) {
  const std::string& kind = before["kind"].as_string();
  if (kind == "DaemonSet" && before["spec"]["selector"] != after["spec"]["selector"])
    return is_for_life(kind, "spec.selector", "FieldValueInvalid", "Invalid value: field is immutable");
  if (kind != "StatefulSet") return {};
  const auto fixed = [](json::Value spec) {
    for (const char* free : {"replicas", "template", "updateStrategy"}) spec = with(spec, {free}, std::nullopt);
    return spec;
  };
  if (fixed(before["spec"]) == fixed(after["spec"])) return {};
  return is_for_life(kind, "spec", "FieldValueForbidden",
                     "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template', and "
                     "'updateStrategy' are forbidden");
}

void run_stateful_sets(FakeObjects& objects) {
  for (int i = 0; i < kLooksMost; ++i) {
    std::vector<json::Value> all;
    objects.each(kFakeStatefulSets, [&](const json::Value& object) { all.push_back(object); });
    const std::uint64_t before = objects.revision();
    for (json::Value& object : all) OneSet(objects, std::move(object)).look();
    if (objects.revision() == before) return;
  }
}

}  // namespace depops::test
