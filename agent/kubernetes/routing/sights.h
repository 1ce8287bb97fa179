#pragma once

#include <memory>

#include "agent/kubernetes/routing/decide.h"
#include "agent/kubernetes/routing/object_router.h"
#include "agent/kubernetes/watch/watcher.h"

namespace depops::agent::kubernetes {

inline const Resource kServices{ApiGroup(""), ApiVersion("v1"), Plural("services"), "Service", true};

// What a router on Kubernetes watches: routing objects, Services of versions, EndpointSlices. Thread: its router's.
class Sights {
 public:
  Sights(const ObjectRouterSettings& settings, const Dialect& dialect, Connection& connection,
         std::function<void()> changed)
      : settings_(settings), dialect_(dialect), connection_(connection), changed_(std::move(changed)) {}

  // Begins to watch once the server has these kinds. Error: it has not, or does not answer.
  Result<void> open(Discovery& discovery);
  // False: all is being listed for the first time. Error: why nothing newer is known.
  Result<bool> known() const;
  Situation of(const ServiceName& service, const Binding& binding, const ServiceRoute& route) const;

  const Resource& kind() const { return kind_; }
  const Resource& beside_kind() const { return beside_kind_; }
  Watcher& objects() { return *objects_; }
  Watcher& beside() { return *beside_; }  // only with a dialect that has something there
  Watcher& services() { return *services_; }

 private:
  std::unique_ptr<Watcher> watch(const Resource& resource, const LabelSelector& selector,
                                 std::function<json::Value(const json::Value&)> projection, unsigned page = 50) const;
  json::Value kept_of_object(const json::Value& object) const;
  json::Value kept_of_bound_slice(const json::Value& slice) const;
  json::Value kept_of_beside(const json::Value& object) const;
  Beside beside_of(const ServiceName& service, const Binding& binding) const;
  void add_services(const ServiceName& service, const ServiceRoute& route, Situation& situation) const;

  const ObjectRouterSettings& settings_;
  const Dialect& dialect_;
  Connection& connection_;
  std::function<void()> changed_;
  Resource kind_;
  Resource beside_kind_;
  std::unique_ptr<Watcher> objects_;
  std::unique_ptr<Watcher> services_;
  std::unique_ptr<Watcher> slices_;
  std::unique_ptr<Watcher> beside_;
};

}  // namespace depops::agent::kubernetes
