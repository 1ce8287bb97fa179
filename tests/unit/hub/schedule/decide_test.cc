#include "hub/schedule/decide.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::hub;
using rollout::State;

namespace {

rollout::Plan plan_of(std::uint32_t max_concurrent) {
  rollout::Plan plan;
  plan.service = ServiceName("checkout");
  plan.waves = {{WaveName("one"), {SiteName("a"), SiteName("b"), SiteName("c")}, max_concurrent, Millis{0}},
                {WaveName("two"), {SiteName("d")}, 1, Millis{0}}};
  return plan;
}

Rollout at_site(const char* site, State state, std::uint32_t wave = 0) {
  Rollout row;
  row.id = RolloutId(std::string("d-1.") + site);
  row.site = SiteName(site);
  row.wave = wave;
  row.previous_plan = Digest("sha256:before");
  row.status.state = state;
  if (rollout::is_ended(state)) row.ended = Instant(Millis{1});
  return row;
}

schedule::Decision decide(const rollout::Plan& plan, const std::vector<Rollout>& rows, const Deployment& of = {},
                          const Reasons& gates = {}) {
  std::vector<const Rollout*> rollouts;
  for (const Rollout& row : rows) rollouts.push_back(&row);
  return schedule::decide(plan, of, rollouts, Instant(Millis{1'000}), gates);
}

}  // namespace

TEST_CASE("At most max_concurrent sites of a wave are under way, in the order of the plan") {
  CHECK(decide(plan_of(2), {}).start == std::vector{SiteName("a"), SiteName("b")});
  CHECK(decide(plan_of(2), {at_site("a", State::running)}).start == std::vector{SiteName("b")});
  CHECK(decide(plan_of(2), {at_site("a", State::running), at_site("b", State::pending)}).start.empty());
  CHECK(decide(plan_of(9), {}).start.size() == 3);
}

TEST_CASE("The next wave needs every site of the one before") {
  const std::vector<Rollout> all{at_site("a", State::completed), at_site("b", State::completed),
                                 at_site("c", State::completed)};
  CHECK(decide(plan_of(3), {all[0], all[1], at_site("c", State::running)}).start.empty());
  CHECK(decide(plan_of(3), all).start == std::vector{SiteName("d")});
}

TEST_CASE("After a failure nothing starts, others of the wave are ended, and the end waits for them") {
  const auto mixed = decide(
      plan_of(3), {at_site("a", State::completed), at_site("b", State::rolled_back), at_site("c", State::running)});
  CHECK(mixed.start.empty());
  CHECK(mixed.abort == std::vector{RolloutId("d-1.c")});
  CHECK(mixed.send_back == std::vector{SiteName("a")});
  CHECK(mixed.state == State::rolling_back);
  const auto ended = decide(plan_of(3), {at_site("b", State::rolled_back)});
  CHECK(ended.state == State::rolled_back);
  CHECK(decide(plan_of(3), {at_site("b", State::rolled_back), at_site("c", State::failed)}).state == State::failed);
}

TEST_CASE("A held deployment starts nothing; one that was stopped before anything began is cancelled") {
  Deployment held;
  held.held = true;
  CHECK(decide(plan_of(1), {}, held).start.empty());
  CHECK(decide(plan_of(1), {}, held).state == State::paused);
  Deployment stopped;
  stopped.stopped = "aborted by admin";
  CHECK(decide(plan_of(1), {}, stopped).state == State::cancelled);
  CHECK(decide(plan_of(1), {at_site("a", State::completed)}, stopped).send_back == std::vector{SiteName("a")});
}

TEST_CASE(
    "A gate holds back what would begin and says why; what is under way goes on, and nothing holds back the way back") {
  const Reasons gates{{"approvals", "waits for ben", "", std::nullopt, "ben"}};
  const auto first = decide(plan_of(1), {}, {}, gates);
  CHECK(first.start.empty());
  CHECK(first.state == State::waiting);
  CHECK(first.reason == "waits for ben");
  CHECK(first.waiting_for == gates);
  const auto beside = decide(plan_of(2), {at_site("a", State::running)}, {}, gates);
  CHECK(beside.start.empty());
  CHECK(beside.state == State::running);
  CHECK(decide(plan_of(1), {at_site("a", State::running)}, {}, gates).waiting_for.empty());  // nothing would begin
  const auto back = decide(plan_of(3), {at_site("a", State::completed), at_site("b", State::rolled_back)}, {}, gates);
  CHECK(back.send_back == std::vector{SiteName("a")});
  CHECK(back.waiting_for.empty());
}

TEST_CASE("Another deployment of the service conflicts only where they share a site and only while it is under way") {
  const rollout::Plan mine = plan_of(1);
  rollout::Plan other = plan_of(1);
  other.waves = {{WaveName("x"), {SiteName("d"), SiteName("e")}, 1, Millis{0}}};
  Deployment row;
  row.id = DeploymentId("d-6");
  row.service = ServiceName("checkout");
  row.state = State::paused;
  REQUIRE(schedule::conflicts(mine, {{&row, &other}}).size() == 1);
  CHECK(schedule::conflicts(mine, {{&row, &other}})[0].blocked_by == "deployment/d-6");
  row.state = State::completed;
  CHECK(schedule::conflicts(mine, {{&row, &other}}).empty());
}
