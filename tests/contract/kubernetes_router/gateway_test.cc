#include <catch2/catch.hpp>

#include "agent/kubernetes/routing/canonical.h"
#include "tests/contract/kubernetes_router/routed_site.h"

using namespace depops;
using namespace depops::test;
using kube::canonical;

// What only routers by the Gateway API have to do; issues by their numbers in rollouts-plugin-trafficrouter-gatewayapi
// (GP), argo-rollouts and gateway-api.

namespace {

using Shares = std::vector<agent::SetShare>;

Shares shares(std::uint32_t canary) { return {{kStable, 100 - canary}, {kCanary, canary}}; }

void begin(RoutedSite& site) {
  site.serve(kStable, 2);
  site.serve(kCanary, 1);
  site.order(shares(0));
  site.wait_shares(shares(0));
}

std::vector<std::string> names_of_rules(const json::Value& object) {
  std::vector<std::string> names;
  for (const json::Value& rule : object["spec"]["rules"].items()) names.push_back(rule["name"].as_string());
  return names;
}

void wait_forced(RoutedSite& site, std::size_t count) {
  site.wait(
      [&](const agent::RouterFacts& now) { return now.services[0].settled && now.services[0].forced.size() == count; });
}

const std::vector<std::string> kUsersRules{"pictures", "main"};

}  // namespace

TEST_CASE("a weight counts when every gateway says that it has accepted that generation") {
  for (const Flavour& flavour : {http_route(), grpc_route()}) {
    RoutedSite site(flavour);
    begin(site);
    site.answering = false;
    site.order(shares(20));
    REQUIRE(comes_true([&] { return site.weights()[kCanary.str()] == 20; }));
    const std::int64_t generation = site.object()["metadata"]["generation"].as_int();
    const auto unsettled = [](const agent::RouterFacts& now) { return !now.services[0].settled; };
    site.wait(unsettled);
    for (const char* condition : {"Accepted", "ResolvedRefs"}) {
      site.answer(condition, "False", generation);
      site.wait(unsettled);
    }
    site.answer("", "", generation - 1);
    site.wait(unsettled);
    site.answer("", "", generation);
    site.wait_shares(shares(20));
  }
}

TEST_CASE("a header leads to the version, within what the rule of the service matches") {
  for (const Flavour& flavour : {http_route(), grpc_route()}) {
    RoutedSite site(flavour);
    begin(site);
    site.order(shares(0), {forced_by_header("beta", {"yes", "on"}, kCanary), forced_by_header("old", {"1"}, kStable)});
    wait_forced(site, 2);
    const json::Value object = site.object();
    const std::vector<std::string> wanted{"pictures", "main", "depops-checkout-beta", "depops-checkout-old"};
    CHECK(names_of_rules(object) == wanted);
    const json::Value& rule = object["spec"]["rules"].items()[2];
    CHECK(rule["matches"].items().size() == 2);
    CHECK(rule["matches"].items()[1]["headers"].items()[0]["value"].as_string() == "on");
    CHECK(rule["backendRefs"].items().size() == 1);
    CHECK(rule["backendRefs"].items()[0]["name"].as_string() == kCanary.str());
  }
}

TEST_CASE("GP#158, GP#115: weights never go into rules that force requests") {
  RoutedSite site(http_route());
  begin(site);
  site.order(shares(0), {forced_by_header("beta", {"yes"}, kCanary)});
  wait_forced(site, 1);
  const std::string before = canonical(site.object()["spec"]["rules"].items()[2]);
  for (const std::uint32_t canary : {10U, 60U, 0U}) {
    site.order(shares(canary), {forced_by_header("beta", {"yes"}, kCanary)});
    site.wait_shares(shares(canary));
    CHECK(canonical(site.object()["spec"]["rules"].items()[2]) == before);
  }
}

TEST_CASE("GP#151: a route that changes leaves no second rule behind, and one that ends leaves none") {
  RoutedSite site(http_route());
  begin(site);
  site.order(shares(0), {forced_by_header("beta", {"yes"}, kCanary)});
  wait_forced(site, 1);
  site.order(shares(0), {forced_by_header("beta", {"on"}, kCanary)});
  site.wait(
      [&](const agent::RouterFacts& now) { return now.services[0].settled && now.services[0].forced.size() == 1; });
  CHECK(names_of_rules(site.object()).size() == 3);
  site.order(shares(0));
  wait_forced(site, 0);
  CHECK(names_of_rules(site.object()) == kUsersRules);
}

TEST_CASE("GP#217: rules of others stay where they are, also those that come while ours are there") {
  RoutedSite site(http_route());
  begin(site);
  site.order(shares(0), {forced_by_header("beta", {"yes"}, kCanary)});
  wait_forced(site, 1);
  kube::JsonPatch patch;
  patch.add("/spec/rules/-", parsed(R"({"name":"late","backendRefs":[{"name":"late","port":80}]})"));
  patch.add("/spec/rules/0", parsed(R"({"name":"early","backendRefs":[{"name":"early","port":80}]})"));
  site.write(patch, "kubectl-edit");
  site.order(shares(40));
  site.wait_shares(shares(40));
  CHECK(names_of_rules(site.object()) == std::vector<std::string>{"early", "pictures", "main", "late"});
}

TEST_CASE("GP#208: a rule that somebody else writes back is told, not fought over") {
  RoutedSite site(http_route());
  begin(site);
  site.order(shares(10));
  site.wait_shares(shares(10));
  kube::JsonPatch as_in_git;
  as_in_git.replace("/spec/rules/1/backendRefs", parsed(R"([{"name":"checkout","port":80}])"));
  site.write(as_in_git, "argocd-controller");
  const auto told = site.wait([](const agent::RouterFacts& now) { return now.services[0].foreign.size() == 3; });
  for (const std::string& change : told.services[0].foreign)
    CHECK(change.find("by argocd-controller") != std::string::npos);
  CHECK(site.weights().size() == 1);
  site.order_again();
  site.wait_shares(shares(10));
}

TEST_CASE("argo-rollouts#4569: a backend without a weight weighs 1, and gets its weight when it is ours to give") {
  RoutedSite site(http_route());
  begin(site);
  kube::JsonPatch patch;
  patch.remove("/spec/rules/1/backendRefs/1/weight").remove("/spec/rules/1/backendRefs/2/weight");
  site.write(patch, "kubectl-edit");
  site.wait([](const agent::RouterFacts& now) {
    return now.services[0].shares == shares(50) && now.services[0].foreign.size() == 2;
  });
  site.order(shares(5));
  site.wait_shares(shares(5));
}

TEST_CASE("argo PR#4564: the next version comes with weight 0, and what led to the last one leads nowhere else") {
  RoutedSite site(http_route());
  begin(site);
  site.order(shares(5));
  site.wait_shares(shares(5));
  site.serve(kNext, 1);
  site.order({{kStable, 100}, {kNext, 0}});
  site.wait_shares({{kStable, 100}, {kNext, 0}});
  CHECK(site.weights() == std::map<std::string, std::int64_t>{{"checkout", 0}, {kStable.str(), 100}, {kNext.str(), 0}});
  CHECK(site.has_service(kCanary.str()));
}

TEST_CASE("a set without a ready pod forces nobody, and does again with its first one") {
  RoutedSite site(http_route());
  begin(site);
  site.serve(kCanary, 0);
  site.order(shares(0), {forced_by_header("beta", {"yes"}, kCanary)});
  wait_forced(site, 0);
  CHECK(names_of_rules(site.object()) == kUsersRules);
  site.serve(kCanary, 1);
  wait_forced(site, 1);
  site.serve(kCanary, 0);
  wait_forced(site, 0);
  CHECK(names_of_rules(site.object()) == kUsersRules);
}

TEST_CASE("a rule of ours that somebody else removes is told by its name") {
  RoutedSite site(http_route());
  begin(site);
  site.order(shares(0), {forced_by_header("beta", {"yes"}, kCanary)});
  wait_forced(site, 1);
  kube::JsonPatch patch;
  patch.remove("/spec/rules/2");
  site.write(patch, "kubectl-edit");
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].foreign.empty(); });
  CHECK(told.services[0].foreign[0].find("rule depops-checkout-beta was removed by kubectl-edit") != std::string::npos);
  CHECK(told.services[0].forced.empty());
}

TEST_CASE("a route whose rule is not there any more is told, with what to do") {
  RoutedSite site(http_route());
  begin(site);
  kube::JsonPatch patch;
  patch.replace("/spec/rules/1/name", "renamed");
  site.write(patch, "kubectl-edit");
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
  CHECK(told.services[0].trouble.find("it has no rule named main") != std::string::npos);
  CHECK_FALSE(told.services[0].settled);
}

TEST_CASE("more forced routes than a route may have rules are told, and the weights are written all the same") {
  RoutedSite site(http_route());
  begin(site);
  std::vector<agent::ForcedRoute> many;
  for (int i = 0; i < 15; ++i) many.push_back(forced_by_header("r" + std::to_string(i), {"1"}, kCanary));
  site.order(shares(10), many);
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
  CHECK(told.services[0].trouble.find("15 forced routes are too many") != std::string::npos);
  CHECK(comes_true([&] { return site.weights()[kCanary.str()] == 10; }));
  CHECK(names_of_rules(site.object()) == kUsersRules);
}

TEST_CASE("without rule names the rule is the one that leads to the service, and forced routes are refused") {
  RoutedSite site(http_route_without_names());
  site.serve(kStable, 1);
  site.serve(kCanary, 1);
  const Shares some{{kStable, 70}, {kCanary, 30}};
  site.order(some);
  site.wait_shares(some);
  CHECK(site.weights()[kCanary.str()] == 30);
  site.order({{kStable, 60}, {kCanary, 40}}, {forced_by_header("beta", {"yes"}, kCanary)});
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
  CHECK(told.services[0].trouble.find("has no name") != std::string::npos);
  CHECK(comes_true([&] { return site.weights()[kCanary.str()] == 40; }));
  CHECK(site.object()["spec"]["rules"].items().size() == 2);
}
