#pragma once

#include <compare>
#include <string>

#include "shared/base/strong.h"

// The words of the Kubernetes API as types. Source: kubernetes.io, "API concepts".
namespace depops::agent::kubernetes {

using Namespace = Id<struct NamespaceTag>;  // empty: the object belongs to the cluster, or a list goes over all of them
using ObjectName = Id<struct ObjectNameTag>;
using Uid = Id<struct UidTag>;                          // one life of a name: a re-created object has another
using ResourceVersion = Id<struct ResourceVersionTag>;  // opaque: only ever compared for being the same
using FieldManager = Id<struct FieldOwnerTag>;          // who owns fields
using ApiGroup = Id<struct ApiGroupTag>;                // "apps"; empty: the core group
using ApiVersion = Id<struct ApiVersionTag>;            // "v1", "v1beta1"
using Plural = Id<struct PluralTag>;                    // "deployments"
using LabelSelector = Id<struct LabelSelectorTag>;      // "app=web,tier in (a,b)"; empty: everything
using Continue = Id<struct ContinueTag>;                // where the next page of a list begins; empty: there is none

inline const FieldManager kOurManager("depops-agent");  // of all that the agent writes

// What a server calls one kind of object.
struct Resource {
  ApiGroup group;
  ApiVersion version;
  Plural plural;
  std::string kind;  // "Deployment"
  bool namespaced = true;
  bool operator==(const Resource&) const = default;
};

inline const Resource kPods{ApiGroup(""), ApiVersion("v1"), Plural("pods"), "Pod", true};

struct ObjectKey {
  Namespace space;
  ObjectName name;
  auto operator<=>(const ObjectKey&) const = default;
};

}  // namespace depops::agent::kubernetes
