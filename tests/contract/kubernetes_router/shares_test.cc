#include <catch2/catch.hpp>

#include "agent/kubernetes/routing/canonical.h"
#include "tests/contract/kubernetes_router/routed_site.h"

using namespace depops;
using namespace depops::test;
using kube::canonical;

// What every router on Kubernetes that divides by weights does.

namespace {

using Shares = std::vector<agent::SetShare>;

Shares shares(std::uint32_t canary) { return {{kStable, 100 - canary}, {kCanary, canary}}; }

// Both sets with pods, and all requests at the stable one.
void begin(RoutedSite& site) {
  site.serve(kStable, 2);
  site.serve(kCanary, 1);
  site.order(shares(0));
  site.wait_shares(shares(0));
}

// Where something stands that no router of ours has to do with.
std::string other_part(const Flavour& flavour) {
  const auto own = flavour.list.find("/1/");
  return own == std::string::npos ? "/spec/weighted/sticky" : flavour.list.substr(0, own) + "/0";
}

std::string rest_of(const RoutedSite& site, const json::Value& object) {
  const json::Value& metadata = object["metadata"];
  json::Value rest;
  rest.add("labels", metadata["labels"]).add("owner", metadata["annotations"]["owner"]);
  rest.add("other", at_pointer(object, other_part(site.flavour)));
  rest.add("hosts", object["spec"]["hosts"]).add("hostnames", object["spec"]["hostnames"]);
  return canonical(rest.add("parents", object["spec"]["parentRefs"]));
}

kube::JsonPatch another_weight(const RoutedSite& site, const char* item, int weight) {
  kube::JsonPatch patch;
  return patch.replace(site.flavour.list + item + std::string("/weight"), weight);
}

}  // namespace

TEST_CASE("shares become weights, are read back, and nothing of others changes by a byte") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    const std::string before = rest_of(site, site.object());
    begin(site);
    for (const std::uint32_t canary : {5U, 50U, 100U, 0U}) {
      site.order(shares(canary));
      site.wait_shares(shares(canary));
      const std::map<std::string, std::int64_t> wanted{
          {"checkout", 0}, {kStable.str(), 100 - canary}, {kCanary.str(), canary}};
      CHECK(site.weights() == wanted);
    }
    CHECK(rest_of(site, site.object()) == before);
  }
}

TEST_CASE("when nothing of the service is wanted any more, nothing of ours is left behind") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    const std::string spec = canonical(site.object()["spec"]);
    const std::string annotations = canonical(site.object()["metadata"]["annotations"]);
    begin(site);
    site.order(shares(30));
    site.wait_shares(shares(30));
    site.serve(kStable, 0);
    site.serve(kCanary, 0);
    site.order({});
    site.wait_shares({});
    CHECK(comes_true([&] { return !site.has_service(kStable.str()) && !site.has_service(kCanary.str()); }));
    CHECK(canonical(site.object()["spec"]) == spec);
    CHECK(canonical(site.object()["metadata"]["annotations"]) == annotations);
  }
}

TEST_CASE("a version's Service comes before the first weight and stays until its pods are gone") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    CHECK(site.has_service(kCanary.str()));
    site.order({{kStable, 100}});
    site.wait_shares({{kStable, 100}});
    CHECK(site.has_service(kCanary.str()));
    CHECK_FALSE(site.weights().contains(kCanary.str()));
    site.serve(kCanary, 0);
    CHECK(comes_true([&] { return !site.has_service(kCanary.str()); }));
    CHECK(site.has_service(kStable.str()));
  }
}

TEST_CASE("a weight that somebody else writes is told with the name of the writer, and put right by new orders") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    site.order(shares(10));
    site.wait_shares(shares(10));
    site.write(another_weight(site, "/2", 90), "argocd-controller");
    const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].foreign.empty(); });
    REQUIRE(told.services[0].foreign.size() == 1);
    CHECK(told.services[0].foreign[0] == flavour.resource.kind + " " + site.key().space.str() + "/shop: weight of " +
                                             kCanary.str() + " is 90, written was 10 by argocd-controller");
    CHECK(site.weights()[kCanary.str()] == 90);
    site.order_again();
    site.wait_shares(shares(10));
    CHECK(site.weights()[kCanary.str()] == 10);
  }
}

TEST_CASE("a router that is started again writes nothing into a world that is in order") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    site.order(shares(25));
    site.wait_shares(shares(25));
    const auto version = site.object()["metadata"]["resourceVersion"].as_string();
    site.restart_router();
    site.wait_shares(shares(25));
    CHECK(site.object()["metadata"]["resourceVersion"].as_string() == version);
  }
}

TEST_CASE("an object that goes and comes back with the same name is told, and taken up again by new orders") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    site.order(shares(10));
    site.wait_shares(shares(10));
    site.remove_object();
    const auto gone = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
    CHECK(gone.services[0].trouble.find("is not there") != std::string::npos);
    CHECK_FALSE(gone.services[0].settled);
    site.make_object();
    site.wait([](const agent::RouterFacts& now) { return !now.services[0].foreign.empty(); });
    site.order_again();
    site.wait_shares(shares(10));
    CHECK(site.weights()[kCanary.str()] == 10);
  }
}

TEST_CASE("weights that would all be 0 are not written") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    const auto before = site.weights();
    site.order({{kStable, 0}, {kCanary, 0}});
    site.wait_shares(shares(0));
    CHECK(site.weights() == before);
  }
}

TEST_CASE("pods are up as their EndpointSlices say") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    site.serve(kCanary, 3);
    site.wait([](const agent::RouterFacts& now) {
      unsigned up = 0;
      for (const agent::RoutedFacts& endpoint : now.services[0].endpoints) up += endpoint.set == kCanary && endpoint.up;
      return up == 3 && now.services[0].endpoints.size() == 5;
    });
  }
}

TEST_CASE("a service that no binding names is told, and moves nothing") {
  for (const Flavour& flavour : weighted_flavours()) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    const auto before = site.weights();
    site.order_other(ServiceName("billing"));
    const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
    CHECK(told.services[0].trouble.find("billing is bound to no") != std::string::npos);
    CHECK(site.weights() == before);
  }
}
