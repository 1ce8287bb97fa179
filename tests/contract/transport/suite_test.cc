#include <catch2/catch.hpp>

#include "tests/contract/transport/kinds.h"

namespace depops::test {
namespace {

const char* const kEvents = "depops/v1/fra-1/up/ev";
const char* const kDesired = "depops/v1/fra-1/down/desired";
const std::vector<std::string> kAllUp = {"depops/v1/+/up/ev", "depops/v1/+/up/presence"};
const std::vector<std::string> kDown = {"depops/v1/fra-1/down/#", "depops/v1/all/hub"};

bool is_up(Seen& seen) { return !seen.links.empty() && seen.links.back(); }
bool is_down(Seen& seen) { return !seen.links.empty() && !seen.links.back(); }

// A hub and the site fra-1 on one broker.
template <typename Kind>
struct Pair {
  Kind kind;
  Seen at_hub, at_site;
  std::unique_ptr<ports::Transport> hub = kind.client("hub");
  std::unique_ptr<ports::Transport> site =
      kind.client("fra-1", ports::Message{"depops/v1/fra-1/up/presence", "gone", true, 1});

  ~Pair() {
    site->stop();
    hub->stop();
  }
  void start() {
    hub->start(kAllUp, at_hub.handlers());
    site->start(kDown, at_site.handlers());
  }
  bool wait(Seen& seen, const std::function<bool(Seen&)>& holds) {
    return seen.wait(holds, [this] { kind.step(); });
  }
  bool all_up() { return wait(at_hub, is_up) && wait(at_site, is_up); }
  bool wait_for(Seen& seen, const std::string& payload) {
    return wait(seen, [&](Seen& s) { return s.count(payload) > 0; });
  }
};

}  // namespace

TEMPLATE_TEST_CASE("messages reach who subscribed, bytes and topic as they were", "", FakeKind, MosquittoKind) {
  Pair<TestType> pair;
  pair.kind.up();
  pair.start();
  REQUIRE(pair.all_up());
  REQUIRE(pair.hub->connected());
  const std::string bytes("\0frame\xff", 7);
  REQUIRE(pair.site->publish({kEvents, bytes, false, 1}).ok());
  REQUIRE(pair.wait_for(pair.at_hub, bytes));
  REQUIRE(pair.at_hub.messages.at(0).topic == kEvents);
  REQUIRE(pair.hub->publish({kDesired, std::string(900'000, 'd'), true, 1}).ok());
  REQUIRE(pair.wait_for(pair.at_site, std::string(900'000, 'd')));
  REQUIRE(pair.hub->publish({"depops/v1/sin-1/down/msg", "not for fra-1", false, 1}).ok());
  REQUIRE(pair.hub->publish({"depops/v1/fra-1/down/msg", "for fra-1", false, 0}).ok());
  REQUIRE(pair.wait_for(pair.at_site, "for fra-1"));
  REQUIRE(pair.at_site.count("not for fra-1") == 0);
  REQUIRE(pair.hub->publish({kDesired, std::string((1 << 20) + 1, 'x'), false, 1}).error().code == Errc::invalid);
}

TEMPLATE_TEST_CASE("a retained message waits for who comes later", "", FakeKind, MosquittoKind) {
  Pair<TestType> pair;
  pair.kind.up();
  pair.hub->start(kAllUp, pair.at_hub.handlers());
  REQUIRE(pair.wait(pair.at_hub, is_up));
  REQUIRE(pair.hub->publish({kDesired, "generation 1", true, 1}).ok());
  REQUIRE(pair.hub->publish({kDesired, "generation 2", true, 1}).ok());
  pair.site->start(kDown, pair.at_site.handlers());
  REQUIRE(pair.wait_for(pair.at_site, "generation 2"));
}

TEMPLATE_TEST_CASE("a broker that is away at the start is found when it comes", "", FakeKind, MosquittoKind) {
  Pair<TestType> pair;
  pair.kind.down();
  pair.start();
  REQUIRE(pair.site->publish({kEvents, "too early", false, 1}).error().code == Errc::unavailable);
  REQUIRE_FALSE(pair.site->connected());
  pair.kind.up();
  REQUIRE(pair.all_up());
  REQUIRE(pair.site->publish({kEvents, "now", false, 1}).ok());
  REQUIRE(pair.wait_for(pair.at_hub, "now"));
}

TEMPLATE_TEST_CASE("a broker that dies is said once, and after its return all subscriptions hold", "", FakeKind,
                   MosquittoKind) {
  Pair<TestType> pair;
  pair.kind.up();
  pair.start();
  REQUIRE(pair.all_up());
  for (int round = 1; round <= 3; ++round) {
    pair.kind.down();
    REQUIRE(pair.wait(pair.at_hub, is_down));
    REQUIRE(pair.wait(pair.at_site, is_down));
    REQUIRE(pair.site->publish({kEvents, "lost", false, 1}).error().code == Errc::unavailable);
    pair.kind.up();
    REQUIRE(pair.all_up());
    const std::string back = "back " + std::to_string(round);
    REQUIRE(pair.site->publish({kEvents, back, false, 1}).ok());
    REQUIRE(pair.wait_for(pair.at_hub, back));
    REQUIRE(pair.hub->publish({kDesired, back, true, 1}).ok());
    REQUIRE(pair.wait_for(pair.at_site, back));
  }
  REQUIRE(pair.at_site.links == std::vector<bool>{true, false, true, false, true, false, true});
}

TEMPLATE_TEST_CASE("a burst of 5,000 messages arrives whole and in order", "", FakeKind, MosquittoKind) {
  Pair<TestType> pair;
  pair.kind.up();
  pair.start();
  REQUIRE(pair.all_up());
  constexpr std::size_t kBurst = 5'000;
  for (std::size_t i = 0; i < kBurst; ++i) REQUIRE(pair.site->publish({kEvents, std::to_string(i), false, 1}).ok());
  REQUIRE(pair.wait(pair.at_hub, [](Seen& seen) { return seen.messages.size() >= kBurst; }));
  for (std::size_t i = 0; i < kBurst; ++i) REQUIRE(pair.at_hub.messages[i].payload == std::to_string(i));
}

TEST_CASE("a site reads and writes under its own name only") {
  Pair<MosquittoKind> pair;
  pair.kind.up();
  pair.start();
  REQUIRE(pair.all_up());
  Seen spy;
  auto other = pair.kind.client("sin-1");
  other->start({"#", "depops/v1/fra-1/down/#", "depops/v1/all/hub"}, spy.handlers());
  REQUIRE(pair.wait(spy, is_up));
  REQUIRE(other->publish({kEvents, "forged event", false, 1}).ok());  // taken here, refused by the broker
  REQUIRE(other->publish({kDesired, "forged state", true, 1}).ok());
  REQUIRE(pair.hub->publish({kDesired, "secret of fra-1", true, 1}).ok());
  REQUIRE(pair.hub->publish({"depops/v1/all/hub", "for all", true, 1}).ok());
  REQUIRE(pair.wait_for(spy, "for all"));  // sent after the secret: the secret is not under way any more
  REQUIRE(pair.wait_for(pair.at_site, "for all"));
  REQUIRE(other->publish({"depops/v1/sin-1/up/ev", "own event", false, 1}).ok());
  REQUIRE(pair.wait_for(pair.at_hub, "own event"));
  REQUIRE(spy.count("secret of fra-1") == 0);
  REQUIRE(pair.at_hub.count("forged event") == 0);
  REQUIRE(pair.at_site.count("forged state") == 0);
  other->stop();
}

TEST_CASE("the will of a client that is cut off is sent, the one of a client that says good-bye is not") {
  Pair<MosquittoKind> pair;
  pair.kind.up();
  pair.start();
  REQUIRE(pair.all_up());
  auto twin = pair.kind.client("fra-1");  // the same name: the broker cuts the first connection off
  Seen at_twin;
  pair.site->stop();
  REQUIRE(pair.at_hub.count("gone") == 0);
  auto first = pair.kind.client("fra-1", ports::Message{"depops/v1/fra-1/up/presence", "cut off", true, 1});
  Seen at_first;
  first->start(kDown, at_first.handlers());
  REQUIRE(pair.wait(at_first, is_up));
  twin->start(kDown, at_twin.handlers());
  REQUIRE(pair.wait_for(pair.at_hub, "cut off"));
  REQUIRE(pair.at_hub.count("gone") == 0);
  first->stop();
  twin->stop();
}

}  // namespace depops::test
