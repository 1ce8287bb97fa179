#include "agent/kubernetes/routing/sights.h"

#include <algorithm>
#include <random>

#include "agent/kubernetes/routing/version_service.h"

namespace depops::agent::kubernetes {
namespace {

constexpr unsigned kSlicesInPage = 10;  // of up to a hundred endpoints each, most of them of others

std::function<double()> chance() {
  return [engine = std::minstd_rand(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

Result<Resource> find_kind(const std::vector<Wanted>& kinds, Discovery& discovery) {
  Error missing{Errc::not_found, ""};
  for (const Wanted& wanted : kinds) {
    auto found = discovery.find(wanted);
    if (found.ok()) return std::move(*found);
    const Error error = error_of(found.failure());
    if (error.code != Errc::not_found) return error;
    missing.what += (missing.what.empty() ? "" : "; ") + error.what;
  }
  return missing;
}

}  // namespace

std::unique_ptr<Watcher> Sights::watch(const Resource& resource, const LabelSelector& selector,
                                       std::function<json::Value(const json::Value&)> projection, unsigned page) const {
  WatchOrder order;
  order.page = page;
  order.resource = resource;
  order.space = settings_.space;
  order.selector = selector;
  order.projection = std::move(projection);
  return std::make_unique<Watcher>(connection_, std::move(order), chance(), changed_);
}

Result<void> Sights::open(Discovery& discovery) {
  if (objects_) return {};
  DEPOPS_TRY(kind_, find_kind(dialect_.kinds(), discovery));
  if (!dialect_.beside().empty()) {
    DEPOPS_TRY(beside_kind_, find_kind(dialect_.beside(), discovery));
  }
  const auto slices = discovery.find(endpoint_slices());
  if (!slices.ok()) return error_of(slices.failure());
  slices_ = watch(
      *slices, LabelSelector("kubernetes.io/service-name"),
      [this](const json::Value& slice) { return kept_of_bound_slice(slice); }, kSlicesInPage);
  services_ = watch(kServices, LabelSelector(std::string(kRoleLabel) + "=" + kBackendRole),
                    [this](const json::Value& object) { return kept_of_service(object, settings_.manager); });
  if (!dialect_.beside().empty())
    beside_ = watch(beside_kind_, {}, [this](const json::Value& object) { return kept_of_beside(object); });
  objects_ = watch(kind_, {}, [this](const json::Value& object) { return kept_of_object(object); });
  return {};
}

Result<bool> Sights::known() const {
  for (const Watcher* watcher : {objects_.get(), services_.get(), slices_.get(), beside_.get()}) {
    const std::string why = watcher == nullptr ? std::string() : watcher->trouble();
    if (!why.empty()) return Error{Errc::unavailable, why};
  }
  return slices_->all().has_value();
}

// Of objects that are nobody's business here only that they exist is kept.
json::Value Sights::kept_of_object(const json::Value& object) const {
  const ObjectName name(object["metadata"]["name"].as_string());
  const bool bound = std::any_of(settings_.bindings.begin(), settings_.bindings.end(),
                                 [&](const auto& entry) { return entry.second.object == name; });
  return bound ? object : json::Value();
}

json::Value Sights::kept_of_beside(const json::Value& object) const {
  const ObjectName name(object["metadata"]["name"].as_string());
  const bool bound = std::any_of(settings_.bindings.begin(), settings_.bindings.end(), [&](const auto& entry) {
    return entry.second.beside == name || dialect_.own_beside(entry.first) == name;
  });
  return bound ? object : json::Value();
}

// What has the name of ours without our label is somebody's: making ours is then refused by the server, and told.
Beside Sights::beside_of(const ServiceName& service, const Binding& binding) const {
  Beside beside;
  if (beside_ == nullptr) return beside;
  Lookup front = beside_->find({settings_.space, binding.beside});
  Lookup own = beside_->find({settings_.space, dialect_.own_beside(service)});
  const bool unknown = front.known == Known::not_yet || own.known == Known::not_yet;
  beside.known = unknown ? Known::not_yet : Known::here;
  beside.front = std::move(front.seen);
  if (own.seen && own.seen->kept["metadata"]["labels"][kServiceLabel].as_string() == service.str())
    beside.own = std::move(own.seen);
  return beside;
}

json::Value Sights::kept_of_bound_slice(const json::Value& slice) const {
  const std::string& service = slice["metadata"]["labels"]["kubernetes.io/service-name"].as_string();
  const bool bound = std::any_of(settings_.bindings.begin(), settings_.bindings.end(), [&](const auto& entry) {
    return entry.second.service.str() == service || is_set_of(entry.first, service);
  });
  return bound ? kept_of_slice(slice) : json::Value();
}

void Sights::add_services(const ServiceName& service, const ServiceRoute& route, Situation& situation) const {
  for (const SetShare& share : route.shares) {
    Lookup found = services_->find({settings_.space, ObjectName(share.set.str())});
    if (found.known == Known::not_yet) situation.unclear.push_back(share.set);
    if (found.known == Known::here) situation.services.emplace(share.set, std::move(found.seen));
  }
  // Those of other sets, which may be in nobody's way any more; not while a write of ours is on its way.
  for (SharedSeen& seen : services_->all().value_or(std::vector<SharedSeen>())) {
    const std::string& name = seen->meta.key.name.str();
    if (seen->kept["service"].as_string() != service.str() || !is_set_of(service, name)) continue;
    const SetId set(name);
    situation.services.emplace(set, std::move(seen));
  }
}

Situation Sights::of(const ServiceName& service, const Binding& binding, const ServiceRoute& route) const {
  Situation situation;
  Lookup found = objects_->find({settings_.space, binding.object});
  situation.known = found.known;
  situation.object = std::move(found.seen);
  situation.beside = beside_of(service, binding);
  if (dialect_.per_version()) add_services(service, route, situation);
  situation.endpoints = endpoints_of(slices_->all().value_or(std::vector<SharedSeen>()));
  return situation;
}

}  // namespace depops::agent::kubernetes
