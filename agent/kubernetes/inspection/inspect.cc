#include "agent/kubernetes/inspection/inspect.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace depops::agent::kubernetes {
namespace {

using Kind = Finding::Kind;

constexpr unsigned long kMarksFrom = 22;  // Kubernetes 1.22 obeys marks on pods
constexpr unsigned kObjectsMost = 500;

const Resource kReviews{ApiGroup("authorization.k8s.io"), ApiVersion("v1"), Plural("selfsubjectaccessreviews"),
                        "SelfSubjectAccessReview", false};
const Resource kLease{ApiGroup("coordination.k8s.io"), ApiVersion("v1"), Plural("leases"), "Lease", true};

json::Value review_of(const Right& right, const Namespace& space) {
  const auto slash = right.resource.find('/');
  json::Value asked;
  asked.add("namespace", space.str()).add("verb", right.verb).add("group", right.group.str());
  asked.add("resource", right.resource.substr(0, slash));
  if (slash != std::string::npos) asked.add("subresource", right.resource.substr(slash + 1));
  json::Value spec;
  spec.add("resourceAttributes", std::move(asked));
  json::Value body;
  body.add("apiVersion", "authorization.k8s.io/v1").add("kind", kReviews.kind);
  return body.add("spec", std::move(spec));
}

class Inspector {
 public:
  Inspector(Client& client, const InspectionOrder& order) : client_(client), discovery_(client), order_(order) {}

  std::vector<Finding> look() {
    if (!look_at_version()) return std::move(findings_);
    for (const Right& right : rights_needed(order_.divides, marks_, order_.versions)) look_at(right);
    if (order_.versions.daemons) look_at_nodes();
    look_at_workloads();
    if (order_.divides != Divides::nothing) look_at_objects();
    look_at_lease();
    return std::move(findings_);
  }

 private:
  void add(Kind kind, std::string what, std::string said) {
    findings_.push_back({kind, std::move(what), std::move(said)});
  }

  bool look_at_version() {
    const auto version = client_.page("/version", {"get", {}, {}});
    if (!version.ok()) return add(Kind::failed, "API server", version.failure().what), false;
    const std::string& minor = (*version)["minor"].as_string();
    marks_ = (*version)["major"].as_string() != "1" || std::strtoul(minor.c_str(), nullptr, 10) >= kMarksFrom;
    add(Kind::well, "API server", "Kubernetes " + (*version)["major"].as_string() + "." + minor);
    return true;
  }

  void look_at(const Right& right) {
    const std::string what = "may " + shown(right);
    const auto answer = client_.create(kReviews, {}, review_of(right, order_.space));
    if (!answer.ok()) return add(Kind::failed, what, answer.failure().what);
    if (answer->body["status"]["allowed"].as_bool()) return add(Kind::well, what, "in " + order_.space.str());
    add(Kind::failed, what,
        "no; a Role in namespace " + order_.space.str() +
            " needs this line, as in deploy/kubernetes/namespace: " + rule_of(right));
  }

  // Only what names a label of nodes suffers without it.
  void look_at_nodes() {
    const std::string what = "may " + shown(right_to_nodes());
    const auto answer = client_.create(kReviews, {}, review_of(right_to_nodes(), {}));
    if (!answer.ok()) return add(Kind::failed, what, answer.failure().what);
    if (answer->body["status"]["allowed"].as_bool()) return add(Kind::well, what, "in the cluster");
    add(Kind::note, what,
        "no; a DaemonSet with the annotation depops.io/batch-label is refused: "
        "deploy/kubernetes/cluster-wide/cluster-role-nodes.yaml grants it");
  }

  void look_at_workloads() {
    const auto kind = discovery_.find({ApiGroup("depops.io"), Plural("workloads"), {ApiVersion("v1")}});
    if (kind.ok()) return add(Kind::well, "kind Workload", "defined");
    if (!kind.failure().not_found()) return add(Kind::failed, "kind Workload", kind.failure().what);
    add(Kind::note, "kind Workload",
        "not defined: kubectl shows no workloads and no autoscaler can size services; kubectl apply -f "
        "deploy/kubernetes/workload-crd.yaml");
  }

  void look_at_objects() {
    std::string missing;
    for (const Wanted& wanted : order_.kinds) {
      const auto kind = discovery_.find(wanted);
      if (kind.ok()) return look_at_objects(*kind);
      missing += (missing.empty() ? "" : "; ") + kind.failure().what;
    }
    add(Kind::failed, "what divides requests", missing + "; install what defines it, or choose another router");
  }

  void look_at_objects(const Resource& kind) {
    add(Kind::well, "kind " + kind.kind, api_version_of(kind));
    const auto page = client_.list(kind, order_.space, {}, kObjectsMost);
    if (!page.ok()) return add(Kind::failed, "objects of kind " + kind.kind, page.failure().what);
    for (const ObjectName& name : order_.objects) {
      const auto there =
          std::ranges::any_of(page->items, [&name](const Object& one) { return one.meta.key.name == name; });
      const std::string what = kind.kind + " " + name.str();
      if (there) add(Kind::well, what, "in " + order_.space.str());
      // A long list was not read to its end.
      if (!there && page->next.empty())
        add(Kind::failed, what, "is not in " + order_.space.str() + "; make it, or name another one in the settings");
    }
  }

  void look_at_lease() {
    const auto lease = client_.get(kLease, {order_.space, ObjectName("depops-agent")});
    const bool none = !lease.ok() && lease.failure().not_found();
    if (!lease.ok() && !none) return add(Kind::failed, "Lease depops-agent", lease.failure().what);
    const std::string holder = none ? "" : lease->body["spec"]["holderIdentity"].as_string();
    add(Kind::well, "Lease depops-agent", holder.empty() ? "nobody holds it" : "held by " + holder);
  }

  Client& client_;
  Discovery discovery_;
  const InspectionOrder& order_;
  bool marks_ = true;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> inspect(Client& client, const InspectionOrder& order) { return Inspector(client, order).look(); }

}  // namespace depops::agent::kubernetes
