#include "agent/haproxy/forced.h"

#include <catch2/catch.hpp>

#include "agent/haproxy/choose_weights.h"
#include "agent/haproxy/observed.h"
#include "agent/haproxy/reconcile.h"

namespace depops::agent::haproxy {
namespace {

const ServiceName kShop("shop");
const SetId kOld("shop-a"), kNew("shop-b"), kNext("shop-c");
const std::string kFirst = "be_shop_forced1", kSecond = "be_shop_forced2";

ForcedRoute to(const std::string& name, const SetId& set) { return {name, {RouteKey::header, "x", {name}}, set}; }

// HAProxy with one server of each set in the ordinary backend, nothing forced.
struct Shop {
  Running running;
  Memory memory;
  ServiceRoute route{kShop, "/ready", {{kOld, 100}, {kNew, 0}}, {}};
  Shop() {
    running.backends[kFirst][kOrdinaryServer] = running.backends[kSecond][kOrdinaryServer] = {};
    running.maps[kShop] = {};
    for (const SetId& set : {kOld, kNew, kNext}) {
      const std::string id = set.str() + ".1";
      route.endpoints.push_back({EndpointId(id), set, "127.0.0.1", 1000, false});
      serve("be_shop", id, set == kOld ? choose_weights({{100, 1}, {0, 1}})[0].weight : 0);
    }
  }
  void serve(const std::string& backend, const std::string& id, std::uint32_t weight) {
    ServerState& server = running.backends[backend][id];
    server.running = server.checked = true;
    server.weight = weight;
    memory.written[backend + "/" + id] = {weight, false};
  }
  // Those that concern forced backends.
  std::string commands(bool force = false) {
    std::string text;
    const auto targets = targets_of({route}, running, memory);
    for (const auto& line : commands_for(targets, running, force, memory)) {
      if (line.find("_forced") != std::string::npos) text += line + "\n";
    }
    return text;
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a pattern holds nothing but letters, digits, their numbers and its own frame") {
  std::string all;
  for (char c = ' '; c <= '~'; ++c) all += c;
  const std::string pattern = pattern_of({RouteKey::header, "X-A", {all}});
  CHECK(pattern.rfind("(?:^|\\x0a)x\\x2da\\x3a\\x20(?:\\x20\\x21\\x22", 0) == 0);
  CHECK(pattern.find_first_of(" ;\"'#$%<>,\n") == std::string::npos);
  CHECK(
      has(pattern_of({RouteKey::cookie, "V", {"1", "2"}}), "cookie\\x3a(?:[^\\x0d]*\\x3b)?[\\x20\\x09]*V\\x3d(?:1|2)"));
}

TEST_CASE("a server that requests are forced to begins with weight 0 and is raised once its check passed") {
  Shop shop;
  shop.route.forced = {to("p", kNew)};
  const std::string added = shop.commands();
  CHECK(has(added, "add server " + kFirst + "/shop-b.1 127.0.0.1:1000 weight 0 check inter 500 fall 2 rise 1 observe"));
  ServerState& server = shop.running.backends[kFirst]["shop-b.1"];
  server.running = true;
  CHECK(shop.commands().empty());
  CHECK(forced_facts(shop.route, shop.running).empty());  // nor is it in the map yet
  server.checked = true;
  CHECK(shop.commands() == "set server " + kFirst + "/shop-b.1 weight 1\n");
}

TEST_CASE("a set keeps its forced backend, and another one is given one without servers") {
  Shop shop;
  shop.serve(kSecond, "shop-b.1", 1);
  shop.route.forced = {to("p", kNext), to("q", kNew)};
  const std::map<SetId, std::string> wanted{{kNext, kFirst}, {kNew, kSecond}};
  CHECK(forced_backends(shop.route, shop.running) == wanted);
}

TEST_CASE("without an empty place a set is given one that is being left, and what left it gets no requests") {
  Shop shop;
  shop.serve(kFirst, "shop-a.1", 1);
  shop.serve(kSecond, "shop-b.1", 1);
  shop.route.forced = {to("p", kNext), to("q", kNew)};
  CHECK(forced_backends(shop.route, shop.running).at(kNext) == kFirst);
  const std::string said = shop.commands();
  CHECK(has(said, "add server " + kFirst + "/shop-c.1"));
  CHECK(has(said, "set server " + kFirst + "/shop-a.1 state drain"));
  CHECK(!has(said, "be_shop/shop-a.1"));
}

TEST_CASE("servers that nobody forces to any more are drained, then removed; also those of an earlier agent") {
  Shop shop;
  shop.serve(kFirst, "shop-b.1", 1);
  const bool known = GENERATE(true, false);
  if (!known) shop.memory = {};
  CHECK(has(shop.commands(!known), "set server " + kFirst + "/shop-b.1 state drain"));
  shop.running.backends[kFirst]["shop-b.1"].drain = true;
  shop.running.backends[kFirst]["shop-b.1"].in_flight = 1;
  CHECK(!has(shop.commands(), "del server"));
  shop.running.backends[kFirst]["shop-b.1"].in_flight = 0;
  CHECK(has(shop.commands(), "del server " + kFirst + "/shop-b.1"));
}

TEST_CASE("rows are written when ours change; a foreign change waits for new orders") {
  Shop shop;
  shop.route.forced = {to("p", kNew), to("q", kOld)};
  const auto rows = rows_to_write(shop.route, shop.running, false, shop.memory);
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  shop.memory.rows[kShop] = *rows;
  shop.running.maps[kShop] = {rows->at(0).row, rows->at(1).row};
  CHECK(!rows_to_write(shop.route, shop.running, true, shop.memory));
  CHECK(foreign_changes(shop.running, shop.memory).empty());
  shop.running.maps[kShop].pop_back();
  CHECK(!rows_to_write(shop.route, shop.running, false, shop.memory));
  CHECK(rows_to_write(shop.route, shop.running, true, shop.memory) == rows);
}

TEST_CASE("what somebody else does to the rows is told in words") {
  const std::vector<ForcedRow> ours{{"p", kNew, {"P", kFirst}}, {"q", kOld, {"Q", kSecond}}};
  using Words = std::vector<std::string>;
  CHECK(foreign_rows(ours, {{"P", kFirst}, {"Q", kSecond}}).empty());
  CHECK(foreign_rows(ours, {{"P", kFirst}}) == Words{"forced route q was removed by somebody else"});
  CHECK(foreign_rows(ours, {{"P", kFirst}, {"Q", kFirst}}) ==
        Words{"forced route q goes to be_shop_forced1, written was be_shop_forced2"});
  CHECK(foreign_rows(ours, {{"P", kFirst}, {"Q", kSecond}, {"R", "be_x"}}) ==
        Words{"a forced route to be_x was added by somebody else: R"});
  CHECK(foreign_rows(ours, {{"Q", kSecond}, {"P", kFirst}}) ==
        Words{"the order of the forced routes was changed by somebody else"});
}

TEST_CASE("a configuration of HAProxy that knows no forced routes is left without them") {
  Shop shop;
  shop.running.backends.erase(kFirst);
  shop.running.backends.erase(kSecond);
  shop.running.maps.clear();
  shop.route.forced = {to("p", kNew)};
  CHECK(shop.commands().empty());
  CHECK(!rows_to_write(shop.route, shop.running, true, shop.memory));
  CHECK(traffic_of(shop.route, shop.running, shop.memory).forced.empty());
}

TEST_CASE("requests under way that were forced to an endpoint count as its own") {
  Shop shop;
  shop.serve(kFirst, "shop-b.1", 1);
  shop.running.backends["be_shop"]["shop-b.1"].drain = true;
  shop.running.backends["be_shop"]["shop-b.1"].in_flight = 2;
  shop.running.backends[kFirst]["shop-b.1"].in_flight = 3;
  const auto facts = [&] { return traffic_of(shop.route, shop.running, shop.memory).endpoints.at(1); };
  CHECK(facts().in_flight == 5);
  CHECK(!facts().draining);
  shop.running.backends[kFirst]["shop-b.1"].drain = true;
  CHECK(facts().draining);
}

TEST_CASE("the map of HAProxy is read, an unknown one is none, and an empty one is empty") {
  CHECK(parse_map("0x7f01 P be_x\n0x7f02 Q be_y\n\n") == std::vector<MapRow>{{"P", "be_x"}, {"Q", "be_y"}});
  CHECK(parse_map("\n") == std::vector<MapRow>{});
  CHECK(parse_map("Unknown map identifier. Please use #<id> or <file>.\n") == std::nullopt);
}

}  // namespace
}  // namespace depops::agent::haproxy
