#include <algorithm>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/load.h"
#include "agent/kubernetes/workloads/hands.h"
#include "agent/kubernetes/workloads/node_words.h"

// What is done with a StatefulSet, and with a DaemonSet alike (the rest of it: node_hands.cc). Each write names the
// life, the version, the partition and the number of pods that were seen, so that one which comes late changes nothing.
namespace depops::agent::kubernetes {
namespace {

const std::string kPartition = "/spec/updateStrategy/rollingUpdate/partition";
const std::string kSetOfTemplate = pointer_of({"spec", "template", "metadata", "labels", kSetLabel});

// What the server takes when one is made and never afterwards.
constexpr const char* kForLife[] = {"volumeClaimTemplates", "serviceName", "podManagementPolicy", "selector"};

JsonPatch as_seen(const InPlace& object) {
  JsonPatch patch;
  const bool stateful = object.kind == InPlace::Kind::stateful;
  patch.test("/metadata/uid", object.uid.str());
  if (stateful) patch.test("/spec/replicas", object.replicas);
  if (!object.set.empty()) patch.test(kSetOfTemplate, object.set.str());
  if (!object.set.empty() && stateful) patch.test(kPartition, object.partition);
  return patch;
}

// What people wrote on it, or what they no longer do.
void keep_annotation(JsonPatch& patch, const char* name, const json::Value& meant, const json::Value& there) {
  const std::string pointer = pointer_of({"metadata", "annotations", name});
  if (!meant["annotations"][name].is_null()) {
    patch.add(pointer, meant["annotations"][name]);
  } else if (!there["annotations"][name].is_null()) {
    patch.remove(pointer);
  }
}

// The template becomes this version's, and no pod does: those that are there stay below the partition.
JsonPatch turned_to(const json::Value& made, const InPlace& object, const Object& there) {
  JsonPatch patch = as_seen(object);
  patch.test("/metadata/resourceVersion", there.meta.version.str());
  json::Value strategy = made["spec"]["updateStrategy"];
  if (object.kind == InPlace::Kind::stateful)
    strategy = with(strategy, {"rollingUpdate", "partition"}, object.replicas);
  patch.add("/spec/template", made["spec"]["template"]).add("/spec/updateStrategy", std::move(strategy));
  const json::Value& meta = made["metadata"];
  for (const char* label : {kVersionLabel, kSetLabel})
    patch.add(pointer_of({"metadata", "labels", label}), meta["labels"][label]);
  if (there.body["metadata"]["annotations"].is_null()) patch.add("/metadata/annotations", json::Value::object());
  for (const char* name : {kVersionLabel, kArtifactAnnotation})
    patch.add(pointer_of({"metadata", "annotations", name}), meta["annotations"][name]);
  patch.add(pointer_of({"metadata", "annotations", kBeforeAnnotation}), object.set.str());
  for (const char* name : {kRemoveAnnotation, kBatchLabelAnnotation})
    keep_annotation(patch, name, meta, there.body["metadata"]);
  return patch;
}

Error elsewhere(const rollout::VersionSnapshot& version, const InPlace& there, const std::string& name) {
  return {Errc::refused, "the versions of " + version.service.str() + " are in the " + named(there) +
                             ", and this one names it " + name +
                             "; leave the name as it is, or make it a service of its own"};
}

}  // namespace

Resource stateful_sets() { return {ApiGroup("apps"), ApiVersion("v1"), Plural("statefulsets"), "StatefulSet", true}; }

Resource daemon_sets() { return {ApiGroup("apps"), ApiVersion("v1"), Plural("daemonsets"), "DaemonSet", true}; }

Resource resource_of(InPlace::Kind kind) { return kind == InPlace::Kind::daemon ? daemon_sets() : stateful_sets(); }

Result<void> Hands::prepare_in_place(const Prepare& call, const Manifests& manifests, const VersionObjects& objects) {
  const InPlace::Kind kind = kind_of(objects.workload);
  const Resource resource = resource_of(kind);
  const ObjectKey key{settings_.policy.space, ObjectName(objects.workload["metadata"]["name"].as_string())};
  if (call.in_place && call.in_place->kind != kind && call.in_place->replicas > 0)
    return elsewhere(call.snapshot, *call.in_place, resource.kind + " " + key.name.str());
  const Lookup known = in_place_(kind).find(key);
  if (known.known == Known::not_yet) return Error{Errc::conflict, "what became of " + key.name.str() + " is not known"};
  if (known.known == Known::absent) return make_in_place(call, key, manifests, objects);
  const InPlace there = in_place_of(*known.seen);
  if (there.service != call.snapshot.service || (there.set.empty() && !there.adopt && !there.parked))
    return foreign(resource, key);
  if (there.set == call.snapshot.set) return {};
  if (there.set.empty() && !there.parked && kind == InPlace::Kind::daemon) return not_adopted(there);
  if (call.in_place && call.in_place->uid != there.uid) return elsewhere(call.snapshot, *call.in_place, key.name.str());
  if (!call.in_place || *call.in_place != there)
    return Error{Errc::conflict, key.name.str() + " has changed meanwhile"};
  return turn_to(call, there, manifests, objects);
}

Result<void> Hands::make_in_place(const Prepare& call, const ObjectKey& key, const Manifests& manifests,
                                  const VersionObjects& objects) {
  if (call.in_place && call.in_place->replicas > 0) return elsewhere(call.snapshot, *call.in_place, key.name.str());
  DEPOPS_TRY_VOID(serves_by_label(objects.workload));
  DEPOPS_TRY_VOID(room_to_begin(call, manifests, objects, call.replicas));
  DEPOPS_TRY_VOID(rehearse_all(call.snapshot, manifests, objects));
  const InPlace::Kind kind = kind_of(objects.workload);
  const Resource resource = resource_of(kind);
  const json::Value body = kind == InPlace::Kind::daemon ? made_parked(objects.workload) : objects.workload;
  const auto made = in_place_(kind).write(key, [&] { return client_.create(resource, key.space, body); });
  if (made.ok()) return {};
  if (!made.failure().already_exists()) return error_of(made.failure());
  const auto there = client_.get(resource, key);
  if (!there.ok()) return error_of(there.failure());
  const json::Value& labels = there->body["metadata"]["labels"];
  const json::Value& ours = objects.workload["metadata"]["labels"];
  if (labels[kSiteLabel] != ours[kSiteLabel] || labels[kServiceLabel] != ours[kServiceLabel])
    return foreign(resource, key);
  return Error{Errc::conflict, key.name.str() + " is there already, and our watch has not shown it yet"};
}

Result<void> Hands::turn_to(const Prepare& call, const InPlace& object, const Manifests& manifests,
                            const VersionObjects& objects) {
  const Resource resource = resource_of(object.kind);
  const auto there = client_.get(resource, object.key);
  if (!there.ok()) return error_of(there.failure());
  DEPOPS_TRY_VOID(serves_by_label(objects.workload));
  DEPOPS_TRY_VOID(within_budgets(call.dip, objects));
  DEPOPS_TRY_VOID(room_to_begin(call, manifests, objects, 0));
  DEPOPS_TRY_VOID(rehearse_beside(call.snapshot, manifests, objects));
  DEPOPS_TRY_VOID(same_for_life(object, objects.workload));
  const JsonPatch patch = turned_to(objects.workload, object, *there);
  const auto shown = client_.patch(resource, object.key, patch, Client::Trial::yes);
  if (!shown.ok()) return error_of(shown.failure());
  if (object.parked) {  // its pods come at once, so what they refer to is there before, and lives as long as it does
    for (const json::Value& attachment : objects.attachments)
      DEPOPS_TRY_VOID(attach(attachment, {resource.kind, object.key, object.uid}));
  }
  const auto turned =
      in_place_(object.kind).write(object.key, [&] { return client_.patch(resource, object.key, patch); });
  if (turned.ok()) return {};
  return error_of(turned.failure());
}

// The server compares, because it knows what it added to what was left out.
Result<void> Hands::same_for_life(const InPlace& object, const json::Value& made) {
  for (const char* field : kForLife) {
    const json::Value& meant = made["spec"][field];
    if (meant.is_null()) continue;
    JsonPatch patch;
    patch.test("/metadata/uid", object.uid.str()).add(std::string("/spec/") + field, meant);
    const auto shown = client_.patch(resource_of(object.kind), object.key, patch, Client::Trial::yes);
    if (shown.ok()) continue;
    if (shown.failure().kind != FailureKind::invalid) return error_of(shown.failure());
    const std::string kind = resource_of(object.kind).kind;
    return Error{Errc::refused, std::string("spec.") + field + " of the " + named(object) +
                                    " is another one than that of what runs, and it is never changed; leave it as it "
                                    "is, or make this a service with a " +
                                    kind + " of another name"};
  }
  return {};
}

// What the pods refer to belongs to the ControllerRevision of their template, and goes with it.
Result<void> Hands::operator()(const Join& call) {
  DEPOPS_TRY(const auto manifests, load_manifests(settings_.artifacts_dir, call.snapshot));
  DEPOPS_TRY(const VersionObjects objects, version_objects(manifests, call.snapshot, settings_.site, settings_.policy));
  if (objects.attachments.empty()) return {};
  DEPOPS_TRY(const Owner owner, kept_template(call.object));
  for (const json::Value& attachment : objects.attachments) DEPOPS_TRY_VOID(attach(attachment, owner));
  return {};
}

Result<void> Hands::operator()(const Shift& call) {
  const InPlace& object = call.object;
  JsonPatch patch = as_seen(object);
  if (call.partition != object.partition) patch.add(kPartition, call.partition);
  if (call.replicas != object.replicas) patch.add("/spec/replicas", call.replicas);
  const auto shifted =
      in_place_(object.kind).write(object.key, [&] { return client_.patch(stateful_sets(), object.key, patch); });
  if (shifted.ok()) return {};
  return error_of(shifted.failure());
}

Result<void> Hands::operator()(const Clear& call) { return end(call.pod); }

}  // namespace depops::agent::kubernetes
