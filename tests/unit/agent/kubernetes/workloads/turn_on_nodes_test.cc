#include <catch2/catch.hpp>

#include "tests/unit/agent/kubernetes/workloads/node_site.h"

using namespace depops;
using namespace depops::test;

namespace {

const ServiceName kLogs("checkout");

// Version a runs on three nodes.
NodeSite begun_on_nodes(std::map<std::string, std::string> zones = {}) {
  NodeSite site;
  site.wish_of({order("a", 3)});
  site.come_to_rest();
  REQUIRE(site.row() == "aaa");
  REQUIRE(site.acts().empty());
  site.zones = std::move(zones);
  if (!site.zones.empty()) site.object()->batch_label = "zone";
  return site;
}

template <typename T>
T only_one(const std::vector<Act>& acts) {
  REQUIRE(acts.size() == 1);
  REQUIRE(std::holds_alternative<T>(acts[0]));
  return std::get<T>(acts[0]);
}

std::vector<std::string> nodes_of(const Renew& act) {
  std::vector<std::string> names;
  for (const Pod& pod : act.pods) names.push_back(pod.place->node);
  return names;
}

}  // namespace

TEST_CASE("a DaemonSet of which nothing is there is made without pods, and then gets the version on all nodes") {
  NodeSite site;
  site.wish_of({order("a", 1)});
  site.carry_out(only_one<Prepare>(site.acts()));
  CHECK(site.acts().empty());  // its controller has not seen it
  site.control();
  CHECK(site.facts().sized.empty());
  const auto turned = only_one<Prepare>(site.acts());
  CHECK(turned.in_place == site.cluster.in_place.at(0));
  site.carry_out(turned);
  CHECK(site.facts().sized.empty());
  site.control();
  CHECK(site.facts().sized == std::map<ServiceName, std::uint32_t>{{kLogs, 3}});
  CHECK(only_one<Join>(site.acts()).object.set == SetId("a"));
  site.come_to_rest();
  CHECK(site.row() == "aaa");
  CHECK(set_of(site.facts(), "a").turns == rollout::Turns::by_need);
}

TEST_CASE("the template is the next version's and no pod is, until those that may go are deleted node by node") {
  NodeSite site = begun_on_nodes();
  site.wish_of({order("b", 0), order("a", 3)});
  CHECK(site.acts().empty());
  site.wish_of({order("b", 1), order("a", 2)});
  site.carry_out(only_one<Prepare>(site.acts()));
  CHECK(site.acts().empty());
  site.control();
  CHECK(site.row() == "aaa");
  site.carry_out(only_one<Join>(site.acts()));
  CHECK(site.acts().empty());  // n1 may have requests
  CHECK(retiring(site.facts()) == std::vector<EndpointId>{site.on("n1")->id()});
  site.orders->released = {site.on("n1")->id()};
  CHECK(nodes_of(only_one<Renew>(site.acts())) == std::vector<std::string>{"n1"});
  site.come_to_rest();
  CHECK(site.row() == "baa");
  CHECK(site.acts().empty());
  CHECK(set_of(site.facts(), "a").ready == 2);
  CHECK(set_of(site.facts(), "b").ready == 1);
  site.wish_of({order("b", 3), order("a", 0)});
  site.come_to_rest();
  CHECK(site.row() == "bbb");
}

TEST_CASE("without anybody to say that requests are over a pod of a DaemonSet goes when its drain time is") {
  NodeSite site = begun_on_nodes();
  site.wish_of({order("b", 1), order("a", 2)});
  site.come_to_rest(false);
  CHECK(site.row() == "aaa");
  site.now_ms += 5'000;
  site.come_to_rest(false);
  CHECK(site.row() == "baa");
}

TEST_CASE("the old version of a DaemonSet gives up a pod only for one of the new version") {
  NodeSite site = begun_on_nodes();
  site.wish_of({order("b", 0), order("a", 2)});
  site.come_to_rest();
  CHECK(site.row() == "aaa");
  CHECK(set_of(site.facts(), "a").running == 2);
  CHECK(set_of(site.facts(), "a").retiring == 1);
}

TEST_CASE("what does not work goes first, then nodes with one value of the label together, those without it last") {
  NodeSite site = begun_on_nodes({{"n1", "west"}, {"n3", "east"}});
  site.wish_of({order("b", 1), order("a", 2)});
  site.come_to_rest();
  CHECK(site.row() == "aab");
  CHECK(site.surveys == 1);
  site.wish_of({order("b", 2), order("a", 1)});
  site.come_to_rest();
  CHECK(site.row() == "bab");
  SECTION("back, the last one first") {
    site.wish_of({order("b", 1), order("a", 2)});
    site.orders->returning = {{kLogs, SetId("a")}};
    site.come_to_rest();
    CHECK(site.row() == "aab");
  }
  SECTION("a node without a pod that works") {
    NodeSite other = begun_on_nodes({{"n1", "east"}, {"n2", "west"}, {"n3", "west"}});
    other.on("n2")->ready = false;
    other.broken.insert(SetId("a"));
    other.wish_of({order("b", 1), order("a", 2)});
    other.come_to_rest();
    CHECK(other.row() == "aba");
  }
}

TEST_CASE("nodes are read only where a label is named, again for a node that is new, and never on the way back") {
  NodeSite site = begun_on_nodes({{"n1", "east"}, {"n2", "east"}, {"n3", "west"}});
  site.wish_of({order("b", 1), order("a", 2)});
  site.come_to_rest();
  CHECK(site.surveys == 1);
  site.nodes.emplace_back("n4");
  site.zones["n4"] = "east";
  site.control();
  site.wish_of({order("b", 3), order("a", 1)});
  site.come_to_rest();
  CHECK(site.surveys == 2);
  CHECK(site.row() == "bbab");
  site.memory = {};
  site.wish_of({order("b", 0), order("a", 4)});
  site.orders->returning = {{kLogs, SetId("a")}};
  site.come_to_rest();
  CHECK(site.row() == "aaaa");
  CHECK(site.surveys == 2);
}

TEST_CASE("on the way back the template is the old version's at once, and pods that do not work go together") {
  NodeSite site = begun_on_nodes();
  site.wish_of({order("b", 3), order("a", 0)});
  site.come_to_rest();
  REQUIRE(site.row() == "bbb");
  site.broken.insert(SetId("b"));
  site.on("n1")->ready = site.on("n3")->ready = false;
  site.wish_of({order("b", 3), order("a", 0)});
  site.orders->returning = {{kLogs, SetId("a")}};
  site.carry_out(only_one<Prepare>(site.acts()));
  CHECK(site.object()->set == SetId("a"));
  site.control();
  CHECK(nodes_of(only_one<Renew>(site.acts())) == std::vector<std::string>{"n1", "n3"});
  site.come_to_rest();
  CHECK(site.row() == "aba");
  site.wish_of({order("b", 0), order("a", 3)});
  site.orders->returning = {{kLogs, SetId("a")}};
  site.come_to_rest();
  CHECK(site.row() == "aaa");
}

TEST_CASE("a pod that its node made anew in the middle is counted and told, and put back when its turn has come") {
  NodeSite site = begun_on_nodes();
  site.wish_of({order("b", 1), order("a", 2)});
  site.come_to_rest();
  REQUIRE(site.row() == "baa");
  site.evict("n3");
  site.control();
  site.one_gets_ready();
  REQUIRE(site.row() == "bab");
  const auto told = site.facts();
  CHECK(set_of(told, "b").running == 1);
  CHECK(set_of(told, "b").retiring == 1);
  CHECK(set_of(told, "a").running == 1);
  CHECK(set_of(told, "b").trouble.starts_with("1 more than the 1 ordered pods are of this version"));
  CHECK(site.acts().empty());  // it may have requests
  site.come_to_rest();
  CHECK(std::ranges::count(site.row(), 'a') == 2);
  CHECK(std::ranges::count(site.row(), 'b') == 1);
  CHECK(set_of(site.facts(), "b").trouble.empty());
  CHECK(site.acts().empty());
}

TEST_CASE("a DaemonSet that fits no node, or too many, says so and gives no size") {
  NodeSite site = begun_on_nodes();
  site.object()->replicas = 0;
  CHECK(site.facts().sized.empty());
  CHECK(set_of(site.facts(), "a").trouble.starts_with("no node takes a pod of the DaemonSet logs"));
  site.object()->replicas = 1'001;
  CHECK(site.facts().sized.empty());
  CHECK(set_of(site.facts(), "a").trouble.find("fits 1001 nodes") != std::string::npos);
}

TEST_CASE("a DaemonSet that nobody orders any more has no pods one drain later, and runs again when it is ordered") {
  NodeSite site = begun_on_nodes();
  site.wish({});
  site.come_to_rest(false);
  CHECK(site.row() == "aaa");
  site.now_ms += 5'000;
  site.come_to_rest(false);
  CHECK(site.row() == "---");
  CHECK(site.object()->parked);
  CHECK(site.acts().empty());
  site.wish_of({order("b", 3)});
  site.come_to_rest();
  CHECK(site.row() == "bbb");
}

TEST_CASE("a DaemonSet of somebody else is not touched while its service has no orders") {
  NodeSite site = begun_on_nodes();
  site.object()->set = SetId();
  site.object()->adopt = true;
  site.wish({});
  CHECK(site.acts().empty());
  site.now_ms += 60'000;
  CHECK(site.acts().empty());
}

namespace {

// Anything that can happen to a DaemonSet.
void happen_on_nodes(NodeSite& site, std::mt19937& random) {
  const auto size = static_cast<std::uint32_t>(site.nodes.size());
  const auto b = static_cast<std::uint32_t>(random() % (size + 1));
  const auto what = static_cast<unsigned>(random() % 9);
  if (what == 0) {
    site.wish_of({order("b", b), order("a", size - b)}, site.orders->released);
    if (random() % 2 == 0) site.orders->returning = {{kLogs, SetId("a")}};
  } else if (what == 5) {
    if (random() % 6 == 0) site.evict(site.nodes[random() % site.nodes.size()]);
    if (random() % 12 == 0 && site.nodes.size() < 5) site.nodes.push_back("n" + std::to_string(site.nodes.size() + 1));
  } else if (!site.happens(what, random)) {
    site.control();
  }
}

}  // namespace

TEST_CASE("whatever happens, no pod of a DaemonSet goes with requests, and in the end all is as ordered") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    NodeSite site = begun_on_nodes(seed % 2 == 0 ? std::map<std::string, std::string>{{"n1", "z"}, {"n2", "y"}}
                                                 : std::map<std::string, std::string>());
    for (int step = 0; step < 150; ++step) {
      happen_on_nodes(site, random);
      site.look(false);
      for (const Act& act : site.acts()) site.carry_out(act);
      site.now_ms += 5;
    }
    CHECK(site.lost.empty());
    site.broken.clear();
    const auto size = static_cast<std::uint32_t>(site.nodes.size());
    site.wish_of({order("b", 1), order("a", size - 1)});
    site.come_to_rest();
    site.come_to_rest();
    INFO(site.row());
    CHECK(std::ranges::count(site.row(), 'a') == size - 1);
    CHECK(std::ranges::count(site.row(), 'b') == 1);
    CHECK(site.acts().empty());
  }
}
