#include "agent/kubernetes/workloads/hands.h"

#include <cstdlib>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/load.h"
#include "agent/kubernetes/manifests/parts.h"
#include "agent/kubernetes/words/words.h"
#include "agent/kubernetes/workloads/adoption.h"
#include "shared/rollout/companions.h"

namespace depops::agent::kubernetes {
namespace {

constexpr unsigned long kMarksSince = 22;  // Kubernetes 1.22 lets the pod with the lowest cost go first
constexpr const char* kFirstToGo = "-1000";
constexpr unsigned kAutoscalersMost = 500;

json::Value owned_by(const json::Value& attachment, const std::string& kind, const ObjectKey& owner, const Uid& uid) {
  json::Value reference;
  reference.add("apiVersion", "apps/v1").add("kind", kind).add("name", owner.name.str()).add("uid", uid.str());
  return with(attachment, {"metadata", "ownerReferences"}, json::Value::array().push(std::move(reference)));
}

// Whether it is what we would have made.
bool is_ours(const json::Value& there, const json::Value& meant) {
  const json::Value& labels = there["metadata"]["labels"];
  const json::Value& expected = meant["metadata"]["labels"];
  return labels[kSiteLabel] == expected[kSiteLabel] && labels[kSetLabel] == expected[kSetLabel] &&
         there["metadata"]["annotations"][kContentAnnotation] == meant["metadata"]["annotations"][kContentAnnotation];
}

// Deployments, and pods that take each other's places, are no versions of one service.
Result<void> takes_turns(const Prepare& call, const json::Value& workload) {
  const auto apart = [&call](const std::string& others, const std::string& this_one) {
    return Error{Errc::refused,
                 "the versions of " + call.snapshot.service.str() + " are " + others + ", and this one is " + this_one +
                     ", which can not take their places; make it a service of its own, or scale this one to 0 first"};
  };
  const bool in_place = is_in_place(workload);
  if (in_place && call.beside)
    return apart("Deployments so far",
                 "the " + workload["kind"].as_string() + " " + workload["metadata"]["name"].as_string());
  if (!in_place && call.in_place && call.in_place->replicas > 0)
    return apart("in the " + named(*call.in_place), "a Deployment");
  return {};
}

}  // namespace

Resource deployments() { return {ApiGroup("apps"), ApiVersion("v1"), Plural("deployments"), "Deployment", true}; }

Result<void> Hands::carry_out(const Act& act) {
  return std::visit([this](const auto& one) { return (*this)(one); }, act);
}

Result<void> Hands::operator()(const Prepare& call) {
  DEPOPS_TRY(const auto manifests, load_manifests(settings_.artifacts_dir, call.snapshot));
  DEPOPS_TRY(const VersionObjects objects, version_objects(manifests, call.snapshot, settings_.site, settings_.policy));
  DEPOPS_TRY_VOID(takes_turns(call, objects.workload));
  if (is_in_place(objects.workload)) return prepare_in_place(call, manifests, objects);
  const ObjectKey key{settings_.policy.space, ObjectName(call.snapshot.set.str())};
  const Lookup known = deployments_.find(key);
  if (known.known == Known::absent) {
    DEPOPS_TRY_VOID(may_take_over(call.adopted));
    DEPOPS_TRY_VOID(within_budgets(call.dip, objects));
    DEPOPS_TRY_VOID(room_to_begin(call, manifests, objects, call.replicas));
    DEPOPS_TRY_VOID(rehearse_all(call.snapshot, manifests, objects));
  }
  DEPOPS_TRY(const Uid uid, deployment(key, known, objects));
  for (const json::Value& attachment : objects.attachments)
    DEPOPS_TRY_VOID(attach(attachment, {"Deployment", key, uid}));
  prepared_ = uid;
  return {};
}

// A version is all of its programs: what is wrong with a companion is found before anything is made.
Result<void> Hands::rehearse_all(const rollout::VersionSnapshot& snapshot, const Manifests& manifests,
                                 const VersionObjects& own) {
  DEPOPS_TRY_VOID(rehearse_beside(snapshot, manifests, own));
  return rehearse(own);
}

// All but the own workload.
Result<void> Hands::rehearse_beside(const rollout::VersionSnapshot& snapshot, const Manifests& manifests,
                                    const VersionObjects& own) {
  DEPOPS_TRY_VOID(rehearse_attachments(own));
  for (const auto& [name, workload] : snapshot.companions) {
    DEPOPS_TRY(const VersionObjects beside,
               version_objects(manifests, rollout::companion_of(snapshot, name), settings_.site, settings_.policy));
    DEPOPS_TRY_VOID(rehearse_attachments(beside));
    DEPOPS_TRY_VOID(rehearse(beside));
  }
  return {};
}

// All of it is shown to the server before any of it is made.
Result<void> Hands::rehearse(const VersionObjects& objects) {
  const Resource kind = is_in_place(objects.workload) ? resource_of(kind_of(objects.workload)) : deployments();
  return show(kind, objects.workload);
}

Result<void> Hands::rehearse_attachments(const VersionObjects& objects) {
  for (const json::Value& attachment : objects.attachments) DEPOPS_TRY_VOID(show(resource_of(attachment), attachment));
  return {};
}

Result<void> Hands::show(const Resource& resource, const json::Value& object) {
  if (const auto failure = client_.would_refuse(resource, object)) return error_of(*failure);
  return {};
}

// The one that is there, if it is ours; else it is made.
Result<Uid> Hands::deployment(const ObjectKey& key, const Lookup& known, const VersionObjects& objects) {
  if (known.known == Known::here) return known.seen->meta.uid;
  if (known.known == Known::not_yet) return Error{Errc::conflict, "what became of " + key.name.str() + " is not known"};
  const auto made =
      deployments_.write(key, [&] { return client_.create(deployments(), settings_.policy.space, objects.workload); });
  if (made.ok()) return made->meta.uid;
  if (!made.failure().already_exists()) return error_of(made.failure());
  const auto there = client_.get(deployments(), key);
  if (!there.ok()) return error_of(there.failure());
  if (!is_ours(there->body, objects.workload)) return foreign(deployments(), key);
  return Error{Errc::conflict, key.name.str() + " is there already, and our watch has not shown it yet"};
}

Result<void> Hands::attach(const json::Value& attachment, const Owner& owner) {
  const Resource resource = resource_of(attachment);
  const ObjectKey key{settings_.policy.space, ObjectName(attachment["metadata"]["name"].as_string())};
  const auto made = client_.create(resource, key.space, owned_by(attachment, owner.kind, owner.key, owner.uid));
  if (made.ok()) return {};
  if (!made.failure().already_exists()) return error_of(made.failure());
  const auto there = client_.get(resource, key);
  if (!there.ok()) return error_of(there.failure());
  if (!is_ours(there->body, attachment)) return foreign(resource, key);
  const auto& owners = there->body["metadata"]["ownerReferences"].items();
  const std::string by = owners.empty() ? "" : owners.front()["uid"].as_string();
  const bool dies = !by.empty() && by != owner.uid.str() && by != owner.otherwise.str();
  if (!dies) return {};
  return Error{Errc::conflict, key.name.str() + " belongs to a " + owner.kind + " that is gone and goes with it"};
}

Error Hands::foreign(const Resource& resource, const ObjectKey& key) const {
  return {Errc::refused, resource.kind + " " + key.name.str() + " in " + key.space.str() +
                             " is there and was not made by the agent of " + settings_.site.str() +
                             "; nothing of it is touched: delete it or give it another name"};
}

Result<void> Hands::scale(const ObjectKey& key, const ScaleTerms& seen, std::uint32_t replicas) {
  const auto scaled = deployments_.write(key, [&] { return client_.scale(deployments(), key, seen, replicas); });
  if (scaled.ok()) return {};
  return error_of(scaled.failure());
}

Result<void> Hands::may_take_over(const std::vector<Adopted>& adopted) {
  if (adopted.empty()) return {};
  const auto kind = discovery_.find(horizontal_autoscalers());
  if (!kind.ok() && !kind.failure().not_found()) return error_of(kind.failure());
  std::vector<json::Value> autoscalers;
  if (kind.ok()) {
    const auto page = client_.list(*kind, settings_.policy.space, {}, kAutoscalersMost);
    if (!page.ok()) return error_of(page.failure());
    for (const Object& object : page->items) autoscalers.push_back(object.body);
  }
  for (const Adopted& old : adopted) {
    const std::string why = stands_against(old, autoscalers);
    if (!why.empty()) return Error{Errc::refused, why};
  }
  return {};
}

Result<void> Hands::operator()(const TakeOver& call) {
  DEPOPS_TRY_VOID(may_take_over({call.from}));
  return scale(call.from.key, {call.from.uid, call.from.replicas}, 0);
}

Result<void> Hands::operator()(const Scale& call) {
  if (call.workload.replicas == 0) DEPOPS_TRY_VOID(room_for(call.workload.needs, call.replicas));
  return scale(call.workload.key, {call.workload.uid, call.workload.replicas}, call.replicas);
}

// Kubernetes chooses which pods go when a Deployment is scaled down. Servers since 1.22 obey a mark; on older ones the
// pods are ended first and the wish follows, which at worst makes a pod that is gone again at once.
Result<void> Hands::operator()(const Stop& call) {
  for (const Pod& pod : call.pods) DEPOPS_TRY_VOID(obeys_marks() ? mark(pod) : end(pod));
  return scale(call.workload.key, {call.workload.uid, call.workload.replicas}, call.replicas);
}

Result<void> Hands::mark(const Pod& pod) {
  if (pod.marked) return {};
  JsonPatch patch;
  patch.test("/metadata/uid", pod.uid.str()).add(pointer_of({"metadata", "annotations", kDeletionCost}), kFirstToGo);
  const auto marked = pods_.write(pod.key, [&] { return client_.patch(kPods, pod.key, patch); });
  if (marked.ok() || marked.failure().not_found()) return {};
  return error_of(marked.failure());
}

Result<void> Hands::end(const Pod& pod) {
  const auto ended = pods_.remove(pod.key, pod.uid, [&] { return client_.remove(kPods, pod.key, {pod.uid}); });
  if (ended.ok() || ended.failure().not_found()) return {};
  return error_of(ended.failure());
}

Result<void> Hands::operator()(const Remove& call) {
  const auto removed = deployments_.remove(call.workload.key, call.workload.uid, [&] {
    DeleteTerms terms{call.workload.uid};
    if (call.as_read) terms.version = call.workload.version;
    return client_.remove(deployments(), call.workload.key, terms);
  });
  if (removed.ok() || removed.failure().not_found()) return {};
  return error_of(removed.failure());
}

bool Hands::obeys_marks() {
  if (obeys_marks_) return *obeys_marks_;
  const auto version = client_.page("/version", {"get", {}, {}});
  if (!version.ok()) return true;
  const unsigned long minor = std::strtoul((*version)["minor"].as_string().c_str(), nullptr, 10);
  obeys_marks_ = (*version)["major"].as_string() != "1" || minor >= kMarksSince;
  return *obeys_marks_;
}

}  // namespace depops::agent::kubernetes
