#include <algorithm>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/nodes.h"
#include "agent/kubernetes/workloads/hands.h"
#include "agent/kubernetes/workloads/node_words.h"

// What is done with a DaemonSet alone, and what both kinds do in ways of their own.
namespace depops::agent::kubernetes {
namespace {

constexpr unsigned kNodesAtOnce = 50;       // they are large
constexpr std::size_t kNodesRead = 10'000;  // twice what a cluster is made for; later ones go last
constexpr unsigned kRevisionsMost = 100;

Resource nodes() { return {ApiGroup(""), ApiVersion("v1"), Plural("nodes"), "Node", false}; }

Resource controller_revisions() {
  return {ApiGroup("apps"), ApiVersion("v1"), Plural("controllerrevisions"), "ControllerRevision", true};
}

const json::Value& set_in(const Object& revision) {
  return at(revision.body, {"data", "spec", "template", "metadata", "labels", kSetLabel});
}

bool belongs_to(const Object& revision, const Uid& uid) {
  const auto& owners = revision.body["metadata"]["ownerReferences"].items();
  return std::ranges::any_of(owners, [&](const json::Value& owner) { return owner["uid"].as_string() == uid.str(); });
}

}  // namespace

json::Value made_parked(const json::Value& workload) {
  return with(workload, {"spec", "template"}, parked(workload["spec"]["template"]));
}

Error not_adopted(const InPlace& there) {
  return {Errc::refused, "the " + named(there) +
                             " is somebody else's, and a DaemonSet is not taken over: its pods do not say whose they "
                             "are; delete it when its nodes can be without it for a moment, or give this one another "
                             "name and selector"};
}

Error nodes_unread(const std::string& label, const Failure& failure) {
  if (failure.kind != FailureKind::forbidden) return error_of(failure);
  return {Errc::refused, std::string(kBatchLabelAnnotation) + " asks for the label " + label +
                             " of nodes, and this agent has no right to list nodes; grant it "
                             "(deploy/kubernetes/cluster-wide/cluster-role-nodes.yaml), or leave the annotation out"};
}

// Who may not read nodes hears it before anything is touched.
Result<void> Hands::serves_by_label(const json::Value& workload) {
  const json::Value& label = workload["metadata"]["annotations"][kBatchLabelAnnotation];
  if (label.is_null()) return {};
  const auto page = client_.list(nodes(), {}, {}, 1);
  if (page.ok()) return {};
  return nodes_unread(label.as_string(), page.failure());
}

Result<void> Hands::operator()(const Survey& call) {
  const std::string& label = call.object.batch_label;
  surveyed_.clear();
  Continue next;
  do {
    const auto page = client_.list(nodes(), {}, {}, kNodesAtOnce, next);
    if (!page.ok()) return nodes_unread(label, page.failure());
    for (const Object& node : page->items)
      surveyed_[node.meta.key.name.str()] = node.body["metadata"]["labels"][label].as_string();
    next = page->next;
  } while (!next.empty() && surveyed_.size() < kNodesRead);
  return {};
}

Result<void> Hands::operator()(const Renew& call) {
  for (const Pod& pod : call.pods) DEPOPS_TRY_VOID(end(pod));
  return {};
}

Result<void> Hands::operator()(const Park& call) {
  const InPlace& object = call.object;
  const auto there = client_.get(daemon_sets(), object.key);
  if (!there.ok()) return error_of(there.failure());
  JsonPatch patch;
  patch.test("/metadata/uid", object.uid.str()).test("/metadata/resourceVersion", there->meta.version.str());
  patch.test(pointer_of({"spec", "template", "metadata", "labels", kSetLabel}), object.set.str());
  patch.add("/spec/template", parked(there->body["spec"]["template"]));
  const auto done =
      in_place_(object.kind).write(object.key, [&] { return client_.patch(daemon_sets(), object.key, patch); });
  if (done.ok()) return {};
  return error_of(done.failure());
}

// The ControllerRevision of the version that has the template. A StatefulSet names it; those of a DaemonSet have the
// labels of their pods.
Result<Hands::Owner> Hands::kept_template(const InPlace& object) {
  const Namespace& space = object.key.space;
  if (object.kind == InPlace::Kind::stateful) {
    const ObjectKey key{space, ObjectName(object.revision)};
    const auto revision = client_.get(controller_revisions(), key);
    if (!revision.ok()) return error_of(revision.failure());
    if (set_in(*revision).as_string() == object.set.str()) return Owner{"ControllerRevision", key, revision->meta.uid};
    return Error{Errc::conflict, key.name.str() + " is not the revision of " + object.set.str() + " yet"};
  }
  const LabelSelector of_set(std::string(kSetLabel) + "=" + object.set.str());
  const auto page = client_.list(controller_revisions(), space, of_set, kRevisionsMost);
  if (!page.ok()) return error_of(page.failure());
  const Object* newest = nullptr;
  for (const Object& one : page->items) {
    if (set_in(one).as_string() != object.set.str() || !belongs_to(one, object.uid)) continue;
    if (newest == nullptr || newest->body["revision"].as_int() < one.body["revision"].as_int()) newest = &one;
  }
  if (newest == nullptr)
    return Error{Errc::conflict, "the " + named(object) + " keeps no template of " + object.set.str() + " yet"};
  return Owner{"ControllerRevision", newest->meta.key, newest->meta.uid, object.uid};
}

}  // namespace depops::agent::kubernetes
