#include "agent/execution/left_behind.h"

#include <catch2/catch.hpp>

namespace depops::agent {
namespace {

std::shared_ptr<rollout::VersionSnapshot> version_of_shop(const std::string& number, bool worker) {
  auto made = std::make_shared<rollout::VersionSnapshot>();
  made->service = ServiceName("shop");
  made->label = VersionLabel("1." + number);
  made->set = SetId("shop-" + number);
  if (worker) made->companions["worker"].replicas = 1;
  return made;
}

// Version 1.2 has no worker any more; what 1.0 had is left behind.
struct Shop {
  std::shared_ptr<rollout::Record> record = std::make_shared<rollout::Record>();
  RuntimeFacts facts;

  Shop() {
    record->service = ServiceName("shop");
    record->stable = version_of_shop("2", false);
    record->stable_replicas = 1;
    facts.left = {
        {ServiceName("shop"), SetId("shop-0-worker"), "Deployment shop-0-worker", "Deployment/worker", "u-1", true}};
  }
  std::vector<std::string> goes() const { return prunable({record}, facts); }
  bool told(const std::string& words) const {
    return words_of(facts.left[0], {record}).find(words) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("what is left behind goes when the stable version names it and nothing can go back to it") {
  Shop shop;
  CHECK(shop.goes() == std::vector<std::string>{"u-1"});
  CHECK(shop.told("it goes now"));
}

TEST_CASE("what is left behind and not named stays, with what to do") {
  Shop shop;
  shop.facts.left[0].named = false;
  CHECK(shop.goes().empty());
  CHECK(shop.told(
      "it stays; delete it, or let a version say so with the annotation depops.io/remove: Deployment/worker"));
}

TEST_CASE("what is left behind stays as long as a version that has it is kept to go back to") {
  Shop shop;
  shop.record->history = {version_of_shop("1", true), version_of_shop("0", true)};
  CHECK(shop.goes().empty());
  CHECK(shop.told("when 1.0 is no longer kept to go back to"));
  shop.record->history.pop_back();
  CHECK(shop.goes().size() == 1);
}

TEST_CASE("what is left behind stays while anything is under way, bakes or is kept warm") {
  Shop shop;
  SECTION("a rollout") { shop.record->phase = rollout::Phase::draining; }
  SECTION("the earlier version keeps its instances") {
    shop.record->warm.emplace();
    shop.record->warm->snapshot = version_of_shop("1", true);
  }
  SECTION("no version is stable") { shop.record->stable.reset(); }
  SECTION("the service is not of this site") { shop.record->service = ServiceName("mail"); }
  CHECK(shop.goes().empty());
  CHECK(shop.told("when nothing is under way"));
}

TEST_CASE("what is new among the things left behind is told by life, not by name") {
  const Shop shop;
  auto again = shop.facts.left;
  CHECK(newly_left(shop.facts.left, again).empty());
  again[0].life = "u-2";
  CHECK(newly_left(shop.facts.left, again).size() == 1);
}

}  // namespace depops::agent
