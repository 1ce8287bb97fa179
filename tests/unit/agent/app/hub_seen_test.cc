#include <catch2/catch.hpp>

#include "agent/app/agent.h"

namespace depops::agent {
namespace {

Moment at(Millis boottime) { return {Instant(Millis(1'000'000)) + boottime, boottime, BootId("b")}; }

Agent new_agent() {
  Settings settings;
  settings.site = SiteName("fra-1");
  Loaded loaded;
  loaded.incarnation = "00112233445566778899aabbccddeeff";
  return Agent(settings, loaded, at(Millis(0)));
}

// Whether entries go out, as it shows people at the site.
bool has_hub(Agent& agent, Millis now) {
  const Output output = agent.step(StatusAsked{1}, at(now));
  REQUIRE(output.effects.size() == 1);
  return std::get<AnswerStatus>(output.effects.at(0)).view.hub_online;
}

constexpr sync::HubState kOnline{HubEpoch(1), true, Instant(Millis(1'000'000))};

}  // namespace

TEST_CASE("the hub's word that comes before the session of the link is committed counts") {
  Agent agent = new_agent();
  agent.step(HubSeen{kOnline}, at(Millis(10)));
  CHECK_FALSE(has_hub(agent, Millis(11)));
  agent.step(LinkChanged{true}, at(Millis(20)));
  CHECK(has_hub(agent, Millis(21)));
}

TEST_CASE("the hub's word of an earlier link does not count on the next one") {
  Agent agent = new_agent();
  agent.step(LinkChanged{true}, at(Millis(10)));
  agent.step(HubSeen{kOnline}, at(Millis(11)));
  CHECK(has_hub(agent, Millis(12)));
  agent.step(LinkChanged{false}, at(Millis(20)));
  agent.step(LinkChanged{true}, at(Millis(30)));
  CHECK_FALSE(has_hub(agent, Millis(31)));
  agent.step(HubSeen{kOnline}, at(Millis(40)));
  CHECK(has_hub(agent, Millis(41)));
}

}  // namespace depops::agent
