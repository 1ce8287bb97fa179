#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes_router/routed_site.h"
#include "tests/support/kubernetes/agent_login.h"

using namespace depops;
using namespace depops::test;
using What = Fault::What;

// What only a server that can be told to go wrong shows: whatever becomes of a write, the weight that was ordered is
// there in the end, and none is told before it is.

namespace {

using Shares = std::vector<agent::SetShare>;

Shares shares(std::uint32_t canary) { return {{kStable, 100 - canary}, {kCanary, canary}}; }

void begin(RoutedSite& site) {
  site.serve(kStable, 2);
  site.serve(kCanary, 1);
  site.order(shares(0));
  site.wait_shares(shares(0));
}

void comes_through(const Fault& fault, unsigned times = 1,
                   const std::vector<Flavour>& flavours = {http_route(), virtual_service(),
                                                           traefik_service("traefik.io")}) {
  const Forgiven forgiven;
  for (const Flavour& flavour : flavours) {
    INFO(flavour.name);
    RoutedSite site(flavour);
    begin(site);
    site.answering = false;  // its own writes would get the fault
    fake_server().will(fault, times);
    site.order(shares(20));
    REQUIRE(comes_true([&] { return site.weights()[kCanary.str()] == 20; }));
    site.answering = true;
    const auto facts = site.wait_shares(shares(20));
    CHECK(facts.services[0].foreign.empty());
  }
}

}  // namespace

TEST_CASE("a write that somebody else's write overtook (409) is decided anew") {
  comes_through({What::answer, "PATCH", 409});
}

TEST_CASE("a write whose test did not hold (422) is decided anew") { comes_through({What::answer, "PATCH", 422}, 2); }

TEST_CASE("a write that was too many (429) comes again") { comes_through({What::answer, "PATCH", 429, "1"}); }

TEST_CASE("a write at a server in trouble (500) comes again once it is known what became of it") {
  comes_through({What::answer, "PATCH", 500});
}

TEST_CASE("a write that broke off before it had an effect comes again") { comes_through({What::break_off, "PATCH"}); }

TEST_CASE("a write that broke off after it had its effect is found to be there") {
  comes_through({What::break_off_after_effect, "PATCH"});
}

TEST_CASE("a write that is never answered is read back: before its effect") {
  comes_through({What::silence, "PATCH"}, 1, {http_route()});
}

TEST_CASE("a write that is never answered is read back: after its effect") {
  comes_through({What::silence_after_effect, "PATCH"}, 1, {http_route()});
}

TEST_CASE("a write that the server refuses for good is told in its words, and shares stay as they are") {
  const Forgiven forgiven;
  RoutedSite site(http_route());
  begin(site);
  site.answering = false;
  fake_server().will(
      {What::answer, "PATCH", 403, "",
       R"({"kind":"Status","message":"httproutes is forbidden: User \"a\" cannot patch","reason":"Forbidden"})"},
      1'000);
  site.order(shares(20));
  const auto told = site.wait([](const agent::RouterFacts& now) { return !now.services[0].trouble.empty(); });
  CHECK(told.services[0].trouble.find("this line in a Role") != std::string::npos);
  CHECK(site.weights()[kCanary.str()] == 0);
  fake_server().forgive();
  site.answering = true;
  site.wait_shares(shares(20));
}

TEST_CASE("cut watches lose no news") {
  RoutedSite site(http_route());
  begin(site);
  for (const std::uint32_t canary : {10U, 20U, 30U}) {
    fake_server().cut_watches();
    site.order(shares(canary));
    site.wait_shares(shares(canary));
  }
}

TEST_CASE("a server that forgot its history (410) is listed again, and nothing is taken for somebody else's") {
  RoutedSite site(http_route());
  begin(site);
  site.order(shares(10));
  site.wait_shares(shares(10));
  fake_server().forget_history();
  site.order(shares(20));
  const auto facts = site.wait_shares(shares(20));
  CHECK(facts.services[0].foreign.empty());
}

TEST_CASE("a delayed write of an old process is refused") {
  RoutedSite site(http_route());
  begin(site);
  const json::Value before = site.object();
  kube::JsonPatch old;
  old.test("/metadata/resourceVersion", before["metadata"]["resourceVersion"]);
  old.test("/spec/rules/1/backendRefs/2/name", kCanary.str()).add("/spec/rules/1/backendRefs/2/weight", 90);
  site.order(shares(10));
  site.wait_shares(shares(10));
  const auto late = site.visitor->patch(site.flavour.resource, site.key(), old);
  REQUIRE_FALSE(late.ok());
  CHECK(late.failure().kind == kube::FailureKind::conflict);
  CHECK(site.weights()[kCanary.str()] == 10);
}

TEST_CASE("the Service of a version that was made while its answer is lost is found, not made again for ever") {
  const Forgiven forgiven;
  RoutedSite site(http_route());
  site.serve(kStable, 1);
  site.answering = false;  // its own writes would get the fault
  fake_server().will({What::break_off_after_effect, "PATCH"});
  site.order({{kStable, 100}});
  CHECK(comes_true([&] { return site.has_service(kStable.str()); }));
  site.answering = true;
  site.wait_shares({{kStable, 100}});
}

TEST_CASE("a canary Ingress comes through whatever becomes of its writes, and none is taken for somebody else's") {
  const Forgiven forgiven;
  const std::vector<Fault> faults{{What::answer, "POST", 500},
                                  {What::break_off, "POST"},
                                  {What::answer, "PATCH", 409},
                                  {What::break_off_after_effect, "POST"},
                                  {What::answer, "DELETE", 500},
                                  {What::break_off_after_effect, "PATCH"},
                                  {What::break_off_after_effect, "DELETE"}};
  for (const Fault& fault : faults) {
    INFO(fault.method << " " << fault.status);
    RoutedSite site(ingress_nginx());
    begin(site);
    Fault meant = fault;
    meant.path = "/ingresses";
    fake_server().will(meant);
    for (const std::uint32_t canary : {20U, 30U, 0U}) {
      site.order(shares(canary));
      CHECK(site.wait_shares(shares(canary)).services[0].foreign.empty());
      CHECK(site.ingress("checkout-depops-canary").has_value() == (canary > 0));
    }
  }
}

TEST_CASE("EndpointSlices, most of which are of others, are listed in small pages") {
  (void)fake_server().requests();
  RoutedSite site(http_route());
  begin(site);
  const auto requests = fake_server().requests();
  CHECK(std::any_of(requests.begin(), requests.end(), [](const std::string& request) {
    return request.find("/endpointslices?limit=10&") != std::string::npos;
  }));
}

TEST_CASE("without news a router asks for nothing and writes nothing") {
  RoutedSite site(http_route());
  begin(site);
  (void)fake_server().requests();
  site.answering = false;
  for (int i = 0; i < 10; ++i) site.wait([](const agent::RouterFacts&) { return true; });
  CHECK(fake_server().requests().empty());
}

namespace {

// A version comes and goes.
void version_passes(RoutedSite& site) {
  INFO(site.flavour.name);
  site.order({{kStable, 100}});
  site.wait_shares({{kStable, 100}});
  site.serve(kCanary, 0);
  CHECK(comes_true([&] { return !site.has_service(kCanary.str()); }));
}

}  // namespace

TEST_CASE("each right of each router's role is used") {
  std::map<std::string, std::set<std::string>> used;
  const auto collect = [&used](const Flavour& flavour) { used[role_of(flavour)].merge(fake_server().rights_used()); };
  (void)fake_server().rights_used();
  for (const Flavour& flavour : {http_route(), grpc_route(), virtual_service(), traefik_service("traefik.io")}) {
    RoutedSite site(flavour);
    begin(site);
    version_passes(site);
    collect(flavour);
  }
  {
    RoutedSite site(ingress_nginx());
    begin(site);
    for (const std::uint32_t canary : {10U, 20U}) {
      site.order(shares(canary));
      site.wait_shares(shares(canary));
    }
    version_passes(site);
    collect(site.flavour);
  }
  RoutedSite site(service_switch());
  site.serve(kStable, 2);
  site.serve(kCanary, 2);
  site.answered_by_all({kStable});
  site.order(shares(0));
  site.wait_shares({{kStable, 100}});
  version_passes(site);
  collect(site.flavour);
  CHECK(used.size() == 5);
  for (const auto& [role, rights] : used) {
    INFO(role);
    CHECK(rights == rights_in({role}));
  }
}
