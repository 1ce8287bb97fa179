#include "tests/contract/kubernetes_router/routed_site.h"
#include "tests/support/kubernetes/agent_login.h"

#include <catch2/catch.hpp>

#include "agent/kubernetes/api/path.h"
#include "agent/kubernetes/client/discovery.h"
#include "shared/json/write.h"

namespace depops::test {
namespace {

const kube::Resource kDefinitions{kube::ApiGroup("apiextensions.k8s.io"), kube::ApiVersion("v1"),
                                  kube::Plural("customresourcedefinitions"), "CustomResourceDefinition", false};
const kube::Resource kPlainServices{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("services"), "Service",
                                    true};

json::Value placed(const std::string& text, const kube::Namespace& space) {
  const json::Value object = parsed(text);
  json::Value metadata = object["metadata"];
  metadata.add("namespace", space.str());
  json::Value whole;
  for (const auto& [name, value] : object.members()) whole.add(name, name == "metadata" ? metadata : value);
  return whole;
}

json::Value endpoint(const std::string& pod, unsigned number) {
  return parsed(R"({"addresses":["10.244.0.)" + std::to_string(number % 250 + 1) +
                R"("],"conditions":{"ready":true},"targetRef":{"kind":"Pod","name":")" + pod + "\"}}");
}

}  // namespace

void define(Visitor& visitor, const Flavour& flavour) {
  if (flavour.definition.empty()) return;
  const auto made = visitor->create(kDefinitions, {}, parsed(flavour.definition));
  INFO((made.ok() ? "" : made.failure().what));
  REQUIRE((made.ok() || made.failure().already_exists()));
  REQUIRE(comes_true([&] { return visitor->list(flavour.resource, kube::Namespace("default"), {}, 1).ok(); }));
}

agent::ForcedRoute forced_by_header(const std::string& name, std::vector<std::string> values, const SetId& set) {
  return {name, {agent::RouteKey::header, "X-" + name, std::move(values)}, set};
}

std::string role_of(const Flavour& flavour) {
  const std::string& group = flavour.resource.group.str();
  const bool traefik = group.starts_with("traefik.");
  const char* router = !flavour.front.empty()        ? "ingress-nginx"
                       : group.empty()               ? "service"
                       : traefik                     ? "traefik"
                       : group.ends_with("istio.io") ? "istio"
                                                     : "gateway";
  return std::string("namespace/router-") + router + ".yaml";
}

namespace {

std::vector<std::string> roles_of(const Flavour& flavour) {
  std::vector<std::string> roles{role_of(flavour)};
  if (flavour.resource.group.str() == "traefik.containo.us")
    roles.emplace_back("namespace/router-traefik-before-3.yaml");
  return roles;
}

}  // namespace

RoutedSite::RoutedSite(Flavour one)
    : flavour(std::move(one)),
      space_(fresh_namespace()),
      access_(agent_login(api_server(), space_, roles_of(flavour))) {
  define(visitor, flavour);
  name_ = parsed(flavour.object)["metadata"]["name"].as_string();
  kube::Discovery discovery(visitor.client());
  slices_ = *discovery.find(kube::endpoint_slices());
  if (!flavour.front.empty())
    REQUIRE(visitor->create(flavour.front_resource, space_, placed(flavour.front, space_)).ok());
  make_object();
  start_router();
}

RoutedSite::~RoutedSite() { router_->stop(); }

void RoutedSite::make_object() {
  const auto made = visitor->create(flavour.resource, space_, placed(flavour.object, space_));
  INFO((made.ok() ? "" : made.failure().what));
  REQUIRE(made.ok());
  answered_ = 0;
}

void RoutedSite::start_router() {
  kube::ObjectRouterSettings settings;
  settings.space = space_;
  settings.bindings[kCheckout] = {kube::ObjectName(name_),
                                  flavour.rule,
                                  kube::ObjectName("checkout"),
                                  80,
                                  "8080",
                                  kube::ObjectName(flavour.front.empty() ? "" : "shop")};
  router_ = flavour.make(std::move(settings), connection_, clock_);
  router_->start([this](agent::RouterFacts now) {
    const std::lock_guard lock(mutex_);
    facts_ = std::move(now);
    ++readings_;
  });
}

// As an agent that was started again: it knows nothing, and is given its orders anew.
void RoutedSite::restart_router() {
  router_->stop();
  router_.reset();
  start_router();
  router_->apply(orders_);
}

void RoutedSite::write_slice(const std::string& service, const std::vector<SetId>& sets) {
  json::Value endpoints = json::Value::array();
  for (const SetId& set : sets) {
    for (unsigned i = 0; i < pods_[set]; ++i)
      endpoints.push(
          endpoint(set.str() + "-7d9f8-" + std::to_string(i), static_cast<unsigned>(endpoints.items().size())));
  }
  const kube::ObjectKey key{space_, kube::ObjectName(service + "-1")};
  json::Value slice =
      parsed(R"({"apiVersion":")" + kube::api_version_of(slices_) + R"(","kind":"EndpointSlice","metadata":{"name":")" +
             key.name.str() + R"(","namespace":")" + space_.str() + R"(","labels":{"kubernetes.io/service-name":")" +
             service + R"("}},"addressType":"IPv4","ports":[{"name":"requests","port":8080}]})");
  slice.add("endpoints", std::move(endpoints));
  const auto made = visitor->apply(slices_, key, slice, kube::Client::Force::yes);
  INFO((made.ok() ? "" : made.failure().what));
  REQUIRE(made.ok());
}

void RoutedSite::serve(const SetId& set, unsigned pods) {
  pods_[set] = pods;
  write_slice(set.str(), {set});
  shown_.reset();
  if (!behind_front_) {
    std::vector<SetId> all;
    for (const auto& [known, count] : pods_) all.push_back(known);
    write_slice("checkout", all);
  }
}

void RoutedSite::answered_by_all(const std::vector<SetId>& sets) {
  behind_front_ = sets;
  write_slice("checkout", sets);
}

void RoutedSite::order(std::vector<agent::SetShare> shares, std::vector<agent::ForcedRoute> forced) {
  orders_.routes = {{kCheckout, "/ready", std::move(shares), {}, std::move(forced)}};
  order_again();
}

void RoutedSite::order_other(const ServiceName& service) {
  orders_.routes = {{service, "/ready", {{kStable, 100}}, {}, {}}};
  order_again();
}

void RoutedSite::order_again() {
  orders_.seq += 1;
  router_->apply(orders_);
}

agent::RouterFacts RoutedSite::facts() {
  const std::lock_guard lock(mutex_);
  return facts_;
}

agent::RouterFacts RoutedSite::wait(const Condition& condition) {
  agent::RouterFacts met;
  std::uint64_t seen = 0;
  {
    const std::lock_guard lock(mutex_);
    seen = readings_;
  }
  const bool came = comes_true([&] {
    if (flavour.answers && answering) answer();
    const std::lock_guard lock(mutex_);
    if (readings_ == seen || facts_.applied_seq != orders_.seq || !condition(facts_)) return false;
    met = facts_;
    return true;
  });
  const agent::RouterFacts last = facts();
  INFO(flavour.name + ": " + last.trouble + (last.services.empty() ? "" : last.services[0].trouble));
  REQUIRE(came);
  return met;
}

agent::RouterFacts RoutedSite::wait_shares(const std::vector<agent::SetShare>& shares) {
  return wait([&](const agent::RouterFacts& now) {
    return now.reachable && now.services.size() == 1 && now.services[0].settled && now.services[0].trouble.empty() &&
           now.services[0].shares == shares;
  });
}

// As the controller of EndpointSlices does: the pods that the selector names.
void RoutedSite::answer_selector() {
  const auto now = visitor->get(flavour.resource, key());
  if (!now.ok()) return;
  const SetId selected(now->body["spec"]["selector"]["depops.io/set"].as_string());
  if (shown_ == selected) return;
  shown_ = selected;
  if (!selected.empty()) return answered_by_all({selected});
  std::vector<SetId> all;
  for (const auto& [set, pods] : pods_) all.push_back(set);
  answered_by_all(all);
}

std::optional<json::Value> RoutedSite::ingress(const std::string& name) {
  const auto now = visitor->get(flavour.front_resource, {space_, kube::ObjectName(name)});
  return now.ok() ? std::optional(now->body) : std::nullopt;
}

void RoutedSite::answer() {
  if (!flavour.front.empty()) return answer_selector();
  const auto now = visitor->get(flavour.resource, key());
  if (!now.ok() || now->meta.generation == answered_) return;
  answered_ = now->meta.generation;
  answer("", "", answered_);
}

// All conditions are met but the one that is named.
void RoutedSite::answer(const std::string& condition, const std::string& status, std::int64_t observed) {
  json::Value conditions = json::Value::array();
  for (const char* type : {"Accepted", "ResolvedRefs"}) {
    json::Value one;
    one.add("type", type).add("status", condition == type ? status : "True").add("reason", "Told");
    one.add("message", condition == type ? "as the test wants it" : "").add("observedGeneration", observed);
    conditions.push(std::move(one));
  }
  json::Value parent = parsed(R"({"parentRef":{"name":"public"},"controllerName":"example.com/gateway"})");
  parent.add("conditions", std::move(conditions));
  json::Value status_part;
  status_part.add("parents", json::Value::array().push(std::move(parent)));
  json::Value body;
  send(kube::path_of(flavour.resource, key(), "status"), body.add("status", std::move(status_part)));
}

void RoutedSite::send(const std::string& target, const json::Value& body) {
  const auto reply = visitor.connection().exchange({.method = "PATCH",
                                                    .target = target + "?fieldManager=gateway-controller",
                                                    .body = json::write(body),
                                                    .content_type = "application/merge-patch+json"});
  REQUIRE(std::holds_alternative<kube::Reply>(reply));
  INFO(std::get<kube::Reply>(reply).body);
  REQUIRE(std::get<kube::Reply>(reply).status == 200);
}

json::Value RoutedSite::object() {
  const auto now = visitor->get(flavour.resource, key());
  REQUIRE(now.ok());
  return now->body;
}

std::map<std::string, std::int64_t> RoutedSite::weights() {
  std::map<std::string, std::int64_t> weights;
  const json::Value now = object();
  for (const json::Value& backend : at_pointer(now, flavour.list).items()) {
    const json::Value* weight = backend.find("weight");
    weights[at_pointer(backend, "/" + flavour.host).as_string()] = weight == nullptr ? -1 : weight->as_int();
  }
  return weights;
}

void RoutedSite::write(const kube::JsonPatch& patch, const std::string& manager) {
  Visitor other(admin(), manager);
  const auto written = other->patch(flavour.resource, key(), patch);
  INFO((written.ok() ? "" : written.failure().what));
  REQUIRE(written.ok());
}

void RoutedSite::remove_object() {
  const auto now = visitor->get(flavour.resource, key());
  REQUIRE(now.ok());
  REQUIRE(visitor->remove(flavour.resource, key(), {now->meta.uid}).ok());
}

bool RoutedSite::has_service(const std::string& name) {
  return visitor->get(kPlainServices, {space_, kube::ObjectName(name)}).ok();
}

}  // namespace depops::test
