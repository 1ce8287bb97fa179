#include <catch2/catch.hpp>

#include "agent/haproxy/choose_weights.h"
#include "agent/haproxy/reconcile.h"

// What hurt users of other routers, each as a requirement (table in tests/unit/shared/rollout/README.md).
namespace depops::agent::haproxy::r6 {
namespace {

const ServiceName kShop("shop");
const SetId kOld("shop-a"), kNew("shop-b");
const std::string kBackend = "be_shop", kForced = "be_shop_forced1";

// Two servers of each version, all requests on the old one.
struct Shop {
  Running running;
  Memory memory;
  ServiceRoute route{kShop, "/ready", {{kNew, 0}, {kOld, 100}}, {}};
  Shop() {
    running.backends[kForced][kOrdinaryServer] = {};
    running.maps[kShop] = {};
    for (const SetId& set : {kOld, kNew}) {
      for (const char* number : {".1", ".2"}) {
        const std::string id = set.str() + number;
        route.endpoints.push_back({EndpointId(id), set, "127.0.0.1", 1000, false});
        serve(kBackend, id, set == kOld ? 256 : 0);
      }
    }
  }
  void serve(const std::string& backend, const std::string& id, std::uint32_t weight) {
    ServerState& server = running.backends[backend][id];
    server.running = server.checked = true;
    server.weight = weight;
    memory.written[backend + "/" + id] = {weight, false};
  }
  void share(std::uint32_t percent) { route.shares = {{kNew, percent}, {kOld, 100 - percent}}; }
  std::vector<std::string> commands(bool force = false) {
    const auto targets = targets_of({route}, running, memory);
    return commands_for(targets, running, force, memory);
  }
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("r6-10 a server that is left stays in its backend until its last request is over") {
  Shop shop;
  shop.route.endpoints[0].drain = true;
  CHECK(joined(shop.commands()) == "set server be_shop/shop-a.1 state drain\n");
  ServerState& server = shop.running.backends[kBackend]["shop-a.1"];
  server.drain = true;
  server.in_flight = 1;
  shop.route.endpoints.erase(shop.route.endpoints.begin());
  CHECK_FALSE(has(joined(shop.commands()), "del server"));
  server.in_flight = 0;
  CHECK(has(joined(shop.commands()), "del server be_shop/shop-a.1"));
}

TEST_CASE("r6-21 the weight of a version is written to its own servers only, and nobody else's are touched") {
  Shop shop;
  shop.route.forced = {{"p", {RouteKey::header, "x", {"p"}}, kNew}};
  shop.serve(kForced, "shop-b.1", 1);
  shop.serve(kForced, "shop-b.2", 1);
  shop.running.backends["intranet"]["web"].weight = 7;
  shop.running.backends["be_other"]["other-1.1"].weight = 7;  // of a service that is not ordered here any more
  for (const std::uint32_t percent : {0U, 10U, 50U, 100U}) {
    INFO(percent);
    shop.share(percent);
    const std::string said = joined(shop.commands());
    CHECK(has(said, "set server be_shop/shop-") == (percent > 0));
    for (const char* others : {"forced", "intranet", "be_other"}) CHECK_FALSE(has(said, others));
  }
}

TEST_CASE("r6-23 a backend always has a server with a weight: raised ones are written first, on one line") {
  Shop shop;
  shop.share(100);
  const auto lines = shop.commands();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] ==
        "set server be_shop/shop-b.1 weight 256;set server be_shop/shop-b.2 weight 256;"
        "set server be_shop/shop-a.1 weight 0;set server be_shop/shop-a.2 weight 0");
}

TEST_CASE("r6-23 a weight that would leave a backend without a server is not written") {
  Shop shop;
  shop.share(100);
  for (const char* id : {"shop-b.1", "shop-b.2"}) {
    shop.running.backends[kBackend][id].running = shop.running.backends[kBackend][id].checked = false;
    shop.memory.fresh.insert(kBackend + "/" + id);
  }
  CHECK(shop.commands().empty());
}

TEST_CASE("r6-23 whatever the shares and whoever is up, one server gets requests if one can") {
  for (std::uint32_t percent = 0; percent <= 100; ++percent) {
    for (std::uint32_t canary = 0; canary <= 4; ++canary) {
      for (std::uint32_t stable = 0; stable <= 4; ++stable) {
        const bool can = (canary > 0 && percent > 0) || (stable > 0 && percent < 100);
        const auto weights = choose_weights({{percent, canary}, {100 - percent, stable}});
        const std::uint32_t sum = weights[0].weight * weights[0].active + weights[1].weight * weights[1].active;
        CAPTURE(percent, canary, stable);
        REQUIRE((sum > 0) == can);
      }
    }
  }
}

}  // namespace depops::agent::haproxy::r6
