#include <catch2/catch.hpp>

#include "agent/kubernetes/routing/canonical.h"
#include "tests/contract/kubernetes_router/routed_site.h"

using namespace depops;
using namespace depops::test;
using kube::canonical;

// A selector and a canary Ingress beside somebody's Ingress; issues by their numbers in ingress-nginx.

namespace {

using Shares = std::vector<agent::SetShare>;

constexpr const char* kOurs = "checkout-depops-canary";
const std::string kNginx = "nginx.ingress.kubernetes.io/";

Shares shares(std::uint32_t canary) { return {{kStable, 100 - canary}, {kCanary, canary}}; }

std::string selected(RoutedSite& site) { return site.object()["spec"]["selector"]["depops.io/set"].as_string(); }

std::string annotation(RoutedSite& site, const std::string& name) {
  const auto ours = site.ingress(kOurs);
  return ours ? (*ours)["metadata"]["annotations"][kNginx + name].as_string() : std::string();
}

std::string backend(RoutedSite& site) {
  const auto ours = site.ingress(kOurs);
  return ours ? at_pointer(*ours, "/spec/rules/0/http/paths/0/backend/service/name").as_string() : std::string();
}

void begin(RoutedSite& site) {
  site.serve(kStable, 2);
  site.serve(kCanary, 1);
  site.order(shares(0));
  site.wait_shares(shares(0));
}

void change_ours(RoutedSite& site, const kube::JsonPatch& patch) {
  Visitor other(admin(), "argocd-controller");
  const auto written = other->patch(site.flavour.front_resource, {site.key().space, kube::ObjectName(kOurs)}, patch);
  INFO((written.ok() ? "" : written.failure().what));
  REQUIRE(written.ok());
}

agent::RouterFacts wait_foreign(RoutedSite& site) {
  return site.wait([](const agent::RouterFacts& now) { return !now.services[0].foreign.empty(); });
}

agent::RouterFacts wait_trouble(RoutedSite& site, const std::string& words) {
  return site.wait(
      [&](const agent::RouterFacts& now) { return now.services[0].trouble.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("a share is the weight of an Ingress of ours, and not a byte of the user's Ingress changes") {
  RoutedSite site(ingress_nginx());
  const std::string before = canonical(*site.ingress("shop"));
  begin(site);
  CHECK(selected(site) == kStable.str());
  CHECK_FALSE(site.ingress(kOurs));
  for (const std::uint32_t canary : {5U, 50U, 99U, 20U}) {
    site.order(shares(canary));
    site.wait_shares(shares(canary));
    CHECK(annotation(site, "canary") == "true");
    CHECK(annotation(site, "canary-weight") == std::to_string(canary));
    CHECK(annotation(site, "canary-weight-total") == "100");
    CHECK(backend(site) == kCanary.str());
    CHECK(selected(site) == kStable.str());
  }
  const json::Value spec = (*site.ingress(kOurs))["spec"];
  CHECK(spec["ingressClassName"].as_string() == "nginx");
  CHECK(spec["tls"].items().size() == 1);
  REQUIRE(spec["rules"].items().size() == 1);
  CHECK(spec["rules"].items()[0]["host"].as_string() == "shop.example");
  REQUIRE(spec["rules"].items()[0]["http"]["paths"].items().size() == 1);
  CHECK(at_pointer(spec, "/rules/0/http/paths/0/backend/service/port/number").as_int() == 80);
  CHECK(canonical(*site.ingress("shop")) == before);
}

TEST_CASE("a version that gets everything is in the selector, and seen there, before its canary goes (#9635)") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(50));
  site.wait_shares(shares(50));
  site.answering = false;
  site.order(shares(100));
  REQUIRE(comes_true([&] { return selected(site) == kCanary.str(); }));
  for (int i = 0; i < 5; ++i) site.wait([](const agent::RouterFacts& now) { return !now.services[0].settled; });
  CHECK(backend(site) == kCanary.str());
  CHECK(annotation(site, "canary-weight") == "50");
  site.answering = true;
  site.wait_shares(shares(100));
  CHECK_FALSE(site.ingress(kOurs));
  site.order(shares(70));  // and part of the way back
  site.wait_shares(shares(70));
  CHECK(selected(site) == kCanary.str());
  CHECK(backend(site) == kStable.str());
  CHECK(annotation(site, "canary-weight") == "30");
}

TEST_CASE("a canary that is given up goes, and the selector stays") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(30));
  site.wait_shares(shares(30));
  site.order({{kStable, 100}});
  site.wait_shares({{kStable, 100}});
  CHECK_FALSE(site.ingress(kOurs));
  CHECK(selected(site) == kStable.str());
  CHECK(site.has_service(kCanary.str()));
  site.serve(kCanary, 0);
  CHECK(comes_true([&] { return !site.has_service(kCanary.str()); }));
}

TEST_CASE("Ingress-NGINX: when nothing of the service is wanted any more, nothing of ours is left behind") {
  RoutedSite site(ingress_nginx());
  const std::string ingress = canonical(*site.ingress("shop"));
  const std::string spec = canonical(site.object()["spec"]);
  begin(site);
  site.order(shares(30), {forced_by_header("beta", {"yes"}, kCanary)});
  site.wait_shares(shares(30));
  site.serve(kStable, 0);
  site.serve(kCanary, 0);
  site.order({});
  site.wait_shares({});
  CHECK(comes_true([&] { return !site.has_service(kStable.str()) && !site.has_service(kCanary.str()); }));
  CHECK_FALSE(site.ingress(kOurs));
  CHECK(canonical(site.object()["spec"]) == spec);
  CHECK(canonical(*site.ingress("shop")) == ingress);
}

TEST_CASE("a header with a value leads to the canary, at weight 0 too") {
  RoutedSite site(ingress_nginx());
  begin(site);
  for (const std::uint32_t canary : {0U, 25U}) {
    site.order(shares(canary), {forced_by_header("beta", {"yes"}, kCanary)});
    site.wait_shares(shares(canary));
    site.wait([](const agent::RouterFacts& now) {
      return now.services[0].settled && now.services[0].forced.size() == 1 && now.services[0].forced[0].set == kCanary;
    });
    CHECK(annotation(site, "canary-weight") == std::to_string(canary));
    CHECK(annotation(site, "canary-by-header") == "X-beta");
    CHECK(annotation(site, "canary-by-header-value") == "yes");
  }
  site.order(shares(25));
  site.wait_shares(shares(25));
  CHECK(annotation(site, "canary-by-header").empty());
  CHECK(site.facts().services[0].forced.empty());
}

TEST_CASE("what a canary can not force is told, and its weight is written all the same") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(10), {forced_by_header("beta", {"yes", "on"}, kCanary)});
  wait_trouble(site, "forced route beta: 2 values are asked for, one can be looked at");
  CHECK(comes_true([&] { return annotation(site, "canary-weight") == "10"; }));
  site.order(shares(10), {forced_by_header("old", {"yes"}, kStable)});
  wait_trouble(site, "an Ingress can force requests only to the canary, which is " + kCanary.str());
}

TEST_CASE("a weight of the canary that somebody else writes is told with the writer, and put right by new orders") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(10));
  site.wait_shares(shares(10));
  kube::JsonPatch patch;
  change_ours(site, patch.replace(kube::pointer_of({"metadata", "annotations", kNginx + "canary-weight"}), "90"));
  const auto told = wait_foreign(site);
  REQUIRE(told.services[0].foreign.size() == 1);
  CHECK(told.services[0].foreign[0] == "Service " + site.key().space.str() + "/checkout: weight of " + kCanary.str() +
                                           " in Ingress " + kOurs + " is 90, written was 10 by argocd-controller");
  CHECK(annotation(site, "canary-weight") == "90");
  CHECK(told.services[0].shares == shares(90));
  site.order_again();
  site.wait_shares(shares(10));
  CHECK(annotation(site, "canary-weight") == "10");
}

TEST_CASE("a selector that somebody else moves to the canary is told, not taken for our own") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(10));
  site.wait_shares(shares(10));
  kube::JsonPatch patch;
  site.write(patch.replace("/spec/selector/depops.io~1set", kCanary.str()), "argocd-controller");
  const auto told = wait_foreign(site);
  CHECK(told.services[0].foreign[0].find("the set in the selector was changed by argocd-controller") !=
        std::string::npos);
  CHECK(selected(site) == kCanary.str());
  site.order_again();
  site.wait_shares(shares(10));
  CHECK(selected(site) == kStable.str());
}

TEST_CASE("a canary that somebody else removes is told, and made again by new orders") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(10));
  site.wait_shares(shares(10));
  const kube::ObjectKey ours{site.key().space, kube::ObjectName(kOurs)};
  const auto now = site.visitor->get(site.flavour.front_resource, ours);
  REQUIRE(now.ok());
  REQUIRE(site.visitor->remove(site.flavour.front_resource, ours, {now->meta.uid}).ok());
  const auto told = wait_foreign(site);
  CHECK(told.services[0].foreign[0].find("was removed by somebody") != std::string::npos);
  CHECK_FALSE(site.ingress(kOurs));
  site.order_again();
  site.wait_shares(shares(10));
  CHECK(annotation(site, "canary-weight") == "10");
}

TEST_CASE("an Ingress of somebody's that has the name of ours is told, and left as it is") {
  RoutedSite site(ingress_nginx());
  json::Value theirs = parsed(site.flavour.front);
  json::Value metadata;
  metadata.add("name", kOurs).add("namespace", site.key().space.str());
  json::Value whole;
  for (const auto& [name, value] : theirs.members()) whole.add(name, name == "metadata" ? metadata : value);
  REQUIRE(site.visitor->create(site.flavour.front_resource, site.key().space, whole).ok());
  begin(site);
  const std::string before = canonical(*site.ingress(kOurs));
  site.order(shares(10));
  wait_trouble(site, "already exists");
  site.order({});
  site.wait_shares({});
  CHECK(canonical(*site.ingress(kOurs)) == before);
}

TEST_CASE("Ingress-NGINX: a router that is started again writes nothing into a world that is in order") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(25), {forced_by_header("beta", {"yes"}, kCanary)});
  site.wait_shares(shares(25));
  const std::string service = canonical(site.object());
  const std::string ours = canonical(*site.ingress(kOurs));
  site.restart_router();
  site.wait_shares(shares(25));
  CHECK(canonical(site.object()) == service);
  CHECK(canonical(*site.ingress(kOurs)) == ours);
}

TEST_CASE("a third version with requests is refused, and the two keep theirs") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(10));
  site.wait_shares(shares(10));
  site.serve(kNext, 1);
  site.order({{kStable, 80}, {kCanary, 10}, {kNext, 10}});
  wait_trouble(site, "3 versions are to get requests, Ingress-NGINX divides them between two");
  CHECK(annotation(site, "canary-weight") == "10");
  site.order({{kStable, 90}, {kNext, 10}, {kCanary, 0}});
  site.wait_shares({{kStable, 90}, {kCanary, 0}, {kNext, 10}});
  CHECK(backend(site) == kNext.str());
}

TEST_CASE("an Ingress that leads to the service no more is told, and nothing is moved") {
  RoutedSite site(ingress_nginx());
  begin(site);
  const kube::ObjectKey front{site.key().space, kube::ObjectName("shop")};
  const auto now = site.visitor->get(site.flavour.front_resource, front);
  REQUIRE(now.ok());
  REQUIRE(site.visitor->remove(site.flavour.front_resource, front, {now->meta.uid}).ok());
  wait_trouble(site, "Ingress shop that is to lead to it is not there");
  site.order(shares(10));
  wait_trouble(site, "Ingress shop that is to lead to it is not there");
  CHECK_FALSE(site.ingress(kOurs));
  CHECK_FALSE(site.facts().services[0].settled);
}

TEST_CASE("a canary does not outlive the Service that it takes requests from") {
  RoutedSite site(ingress_nginx());
  begin(site);
  site.order(shares(10));
  site.wait_shares(shares(10));
  site.remove_object();
  site.order({});
  site.wait_shares({});
  CHECK_FALSE(site.ingress(kOurs));
}
