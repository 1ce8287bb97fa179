#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/app/agent.h"

namespace depops::agent {
namespace {

Moment at(int boottime) { return {Instant(Millis(1'000'000 + boottime)), Millis(boottime), BootId("b")}; }

bool sends_entries(const Output& output) {
  return std::any_of(output.effects.begin(), output.effects.end(),
                     [](const Effect& effect) { return std::holds_alternative<SendEntries>(effect); });
}

Agent with_one_entry() {
  Settings settings;
  settings.site = SiteName("fra-1");
  Loaded loaded;
  loaded.incarnation = "00112233445566778899aabbccddeeff";
  Agent agent(settings, loaded, at(0));
  (void)agent.step(FrameDropped{"signature", "is written to both streams"}, at(1));
  return agent;
}

HubSeen hub_is_there() { return {{HubEpoch(1), true, Instant(Millis(1'000'000))}}; }

}  // namespace

TEST_CASE("the hub's word that comes before the connection is told counts as soon as it is") {
  Agent agent = with_one_entry();
  CHECK_FALSE(sends_entries(agent.step(hub_is_there(), at(10))));
  CHECK(sends_entries(agent.step(LinkChanged{true}, at(20))));
}

TEST_CASE("the hub's word of an earlier connection counts for nothing on the next") {
  Agent agent = with_one_entry();
  (void)agent.step(LinkChanged{true}, at(10));
  CHECK(sends_entries(agent.step(hub_is_there(), at(20))));
  (void)agent.step(EntriesSent{sync::Stream::audit, Sequence(1), 1, 100}, at(21));
  (void)agent.step(EntriesSent{sync::Stream::events, Sequence(1), 1, 100}, at(22));
  (void)agent.step(LinkChanged{false}, at(30));
  CHECK_FALSE(sends_entries(agent.step(LinkChanged{true}, at(40))));
  CHECK(sends_entries(agent.step(hub_is_there(), at(50))));
}

TEST_CASE("F25 a site that heard no word of the hub says Hello again every ten seconds, and seldom once it did") {
  Agent agent = with_one_entry();
  const auto hellos = [&](int from, int to) {
    int count = 0;
    for (int second = from; second < to; ++second) {
      const Output output = agent.step(Tick{}, at(second * 1'000));
      count += static_cast<int>(std::ranges::count_if(
          output.effects, [](const Effect& effect) { return std::holds_alternative<SendHello>(effect); }));
    }
    return count;
  };
  (void)agent.step(LinkChanged{true}, at(0));
  CHECK(hellos(1, 61) == 6);
  (void)agent.step(hub_is_there(), at(61'000));
  CHECK(hellos(62, 300) == 0);
}

}  // namespace depops::agent
