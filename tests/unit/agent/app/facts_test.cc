#include <catch2/catch.hpp>

#include "agent/app/agent.h"

using namespace depops;
using namespace depops::agent;

namespace {

struct Site {
  Moment now{Instant(Millis(1'790'000'000'000)), Millis(1), BootId("boot")};
  Agent agent{[] {
                Settings settings;
                settings.site = SiteName("fra-1");
                return settings;
              }(),
              Loaded{}, now};

  // What it answers to the hub: the names of cuts.
  std::vector<std::string> hear(const sync::DownMessage& message) {
    std::vector<std::string> cuts;
    for (const Effect& effect : agent.step(FromHub{message}, now).effects) {
      const auto* answer = std::get_if<SendAnswer>(&effect);
      const auto* inventory = answer == nullptr ? nullptr : std::get_if<sync::Inventory>(&answer->answer);
      const auto* part = answer == nullptr ? nullptr : std::get_if<sync::SnapshotPart>(&answer->answer);
      if (inventory != nullptr) cuts.push_back("inventory " + inventory->cut);
      if (part != nullptr) cuts.push_back("part " + part->cut);
    }
    return cuts;
  }
  std::string cut() { return hear(sync::InventoryAsk{}).at(0).substr(10); }
  sync::SnapshotAsk of(const std::string& cut) const { return {cut, {1}, 0}; }
};

}  // namespace

TEST_CASE("Two questions for the facts at once end: what is asked of the older cut is not answered with a third one") {
  Site site;
  const std::string first = site.cut();
  const std::string second = site.cut();
  CHECK(site.hear(site.of(first)).empty());
  CHECK(site.hear(site.of(second)) == std::vector<std::string>{"part " + second});
}

TEST_CASE("A cut that is gone for longer is replaced: the hub's question may have waited for a connection") {
  Site site;
  const std::string first = site.cut();
  const std::string second = site.cut();
  site.now.boottime += Millis(2'000);
  const auto answers = site.hear(site.of(first));
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].starts_with("inventory "));
  CHECK(answers[0] != "inventory " + second);
}

TEST_CASE("A site that was started anew begins with a new cut") {
  Site site;
  CHECK(site.hear(site.of("another-1")).at(0).starts_with("inventory "));
}
