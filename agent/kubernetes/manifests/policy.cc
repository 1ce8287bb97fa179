#include "agent/kubernetes/manifests/policy.h"

#include <algorithm>
#include <map>

#include "agent/kubernetes/manifests/edit.h"

namespace depops::agent::kubernetes {
namespace {

// What DepOps knows how to bring, by the only apiVersion that it knows it in.
using Kinds = std::map<std::string, std::string>;
const Kinds kOfHooks{{"Job", "batch/v1"}};
const Kinds kKnown{{"ConfigMap", "v1"},
                   {"DaemonSet", "apps/v1"},
                   {"Deployment", "apps/v1"},
                   {"Secret", "v1"},
                   {"StatefulSet", "apps/v1"}};

// Capabilities that a container may be given without more than a container has anyway (Pod Security, baseline).
const std::set<std::string> kHarmless{"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE", "FOWNER",           "FSETID",
                                      "KILL",        "MKNOD",  "SETFCAP",      "NET_BIND_SERVICE", "SETGID",
                                      "SETPCAP",     "SETUID", "SYS_CHROOT"};

bool is_object_name(const std::string& name) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), good) && name.front() != '-' &&
         name.front() != '.' && name.back() != '-' && name.back() != '.';
}

// Judges one object; the first thing that is wrong stays.
class Judge {
 public:
  Judge(const ManifestObject& object, const Policy& policy, const Kinds& known)
      : object_(object), policy_(policy), known_(known) {}

  Result<void> judge() {
    kind();
    place();
    if (!object_.body["spec"]["template"].is_null()) pod(at(object_.body, {"spec", "template", "spec"}));
    return found_;
  }

 private:
  void refuse(const std::string& field, const std::string& what) {
    if (found_.ok()) found_ = Error{Errc::refused, object_.place + ": " + field + ": " + what};
  }

  void refuse_unless(bool allowed, bool is_so, const std::string& field, const std::string& what, const char* word) {
    if (allowed || !is_so) return;
    refuse(field, what +
                      " is not allowed at this site; leave it out, or let the site allow it (its agent's settings, " +
                      "runtime.kubernetes.allow: [" + word + "])");
  }

  void kind() {
    const std::string& kind = object_.body["kind"].as_string();
    const auto known = known_.find(kind);
    if (known == known_.end() && &known_ == &kOfHooks)
      return refuse("kind",
                    kind + " is no Job; the file that a hook or an analysis names holds one Job and nothing else");
    if (known == known_.end() && kOfHooks.contains(kind))
      return refuse("kind", kind +
                                " is no part of a version; put it into a file of its own that a hook or an analysis "
                                "names (job: {manifest: FILE}), in no folder that workload.kubernetes.manifests names");
    if (known != known_.end() && &known_ == &kOfHooks && !policy_.kinds.contains(kind))
      return refuse("kind", kind +
                                " is not allowed at this site; leave the hook out here, or let the site allow it (its "
                                "agent's settings, runtime.kubernetes.kinds)");
    if (known == known_.end() || !policy_.kinds.contains(kind))
      return refuse("kind", kind +
                                " is nothing that a version may bring to this site; a version holds what changes "
                                "with it, apply the rest apart");
    const std::string& version = object_.body["apiVersion"].as_string();
    if (version != known->second)
      refuse("apiVersion", version + " of " + kind + " is not known; write " + known->second);
  }

  void place() {
    const json::Value& meta = object_.body["metadata"];
    const std::string& space = meta["namespace"].as_string();
    if (!space.empty() && space != policy_.space.str())
      refuse("metadata.namespace", "this site runs versions in '" + policy_.space.str() + "'; write that, or nothing");
    if (!is_object_name(meta["name"].as_string()))
      refuse("metadata.name", "must be lower-case letters, digits, '-' and '.', at most 253 of them");
    if (!meta["ownerReferences"].is_null() || !meta["finalizers"].is_null())
      refuse("metadata", "ownerReferences and finalizers are not for versions; leave them out");
  }

  void pod(const json::Value& spec) {
    const std::string in = "spec.template.spec.";
    refuse_unless(policy_.host_network, spec["hostNetwork"].as_bool(), in + "hostNetwork", "the node's network",
                  "hostNetwork");
    for (const char* name : {"hostPID", "hostIPC"})
      refuse_unless(policy_.host_processes, spec[name].as_bool(), in + name, "sight of the node's processes",
                    "hostProcesses");
    const auto& volumes = spec["volumes"].items();
    for (std::size_t i = 0; i < volumes.size(); ++i)
      refuse_unless(policy_.host_path, !volumes[i]["hostPath"].is_null(), in + "volumes[" + std::to_string(i) + "]",
                    "a folder of the node (hostPath)", "hostPath");
    for (const char* list : {"containers", "initContainers", "ephemeralContainers"}) {
      const auto& containers = spec[list].items();
      for (std::size_t i = 0; i < containers.size(); ++i)
        container(containers[i], in + list + "[" + std::to_string(i) + "].");
    }
  }

  void container(const json::Value& container, const std::string& in) {
    const json::Value& security = container["securityContext"];
    refuse_unless(policy_.privileged, security["privileged"].as_bool(), in + "securityContext.privileged",
                  "a privileged container", "privileged");
    const std::string& proc = security["procMount"].as_string();
    refuse_unless(policy_.privileged, !proc.empty() && proc != "Default", in + "securityContext.procMount",
                  "an unmasked /proc", "privileged");
    for (const json::Value& added : at(security, {"capabilities", "add"}).items())
      refuse_unless(policy_.privileged, !kHarmless.contains(added.as_string()), in + "securityContext.capabilities.add",
                    added.as_string(), "privileged");
    for (const json::Value& port : container["ports"].items())
      refuse_unless(policy_.host_network, port["hostPort"].as_int() != 0, in + "ports.hostPort", "a port of the node",
                    "hostNetwork");
  }

  const ManifestObject& object_;
  const Policy& policy_;
  const Kinds& known_;
  Result<void> found_;
};

}  // namespace

Result<void> check_policy(const ManifestObject& object, const Policy& policy) {
  return Judge(object, policy, kKnown).judge();
}

Result<void> check_job_policy(const ManifestObject& object, const Policy& policy) {
  return Judge(object, policy, kOfHooks).judge();
}

}  // namespace depops::agent::kubernetes
