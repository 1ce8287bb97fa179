#include <catch2/catch.hpp>

#include "tests/unit/hub/app/bench.h"

// Approve and reject at the hub: who may, where, and what goes to the sites.
using namespace depops;
using namespace depops::tests;
using Catch::Contains;
using rollout::State;
using rollout::Verb;

namespace {

// 1.0 by eve on its way to staging, whose plan asks for two other people.
struct Asking {
  Bench bench;
  ToySite stg{bench, "stg-1"};

  Asking() {
    bench.set_up();
    auto pipeline = std::make_shared<manifest::Pipeline>(*bench.catalog.pipelines.at(ServiceName("checkout")));
    pipeline->environments[0].strategy =
        manifest::Canary{{rollout::SetWeight{10}, rollout::Approval{2, {}, {}, true}, rollout::SetWeight{50}}};
    bench.catalog.pipelines[pipeline->service] = pipeline;
    REQUIRE(bench.ask(hub::ApplyDocuments{{hub::ApplyPipeline{"pipeline with approval", pipeline}}}).ok);
    bench.who = Actor("eve");
    REQUIRE(bench
                .ask(hub::StartDeployment{
                    ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {}, "", ""})
                .ok);
    deliver(bench, {&stg});
  }
  void site_asks(std::vector<std::string> approved_by, std::uint32_t needed = 2) {
    rollout::RolloutChanged changed;
    changed.at = bench.now.wall;
    changed.status.rollout = RolloutId("d-1.stg-1");
    changed.status.service = ServiceName("checkout");
    changed.status.state = State::paused;
    changed.status.step = 1;
    changed.status.pauses = {"approval"};
    changed.status.approvals_needed = needed;
    changed.status.approved_by = std::move(approved_by);
    stg.write(changed);
    stg.exchange();
  }
  hub::Answer by(const char* person, Verb verb = Verb::approve) {
    bench.who = Actor(person);
    const auto answer = bench.ask(hub::GiveVerb{DeploymentId("d-1"), SiteName(), verb, "seen", std::nullopt});
    deliver(bench, {&stg});
    return answer;
  }
};

}  // namespace

TEST_CASE("The plan names who asked for the release") {
  Asking world;
  CHECK(world.stg.held()->targets.at(0).plan.requested_by == Actor("eve"));
}

TEST_CASE("Approve goes to the sites that wait for it, for the step they wait at") {
  Asking world;
  const auto early = world.by("ana");
  CHECK_FALSE(early.ok);
  CHECK_THAT(early.what, Contains("no site of d-1 waits for an approval now"));
  world.site_asks({});
  REQUIRE(world.by("ana").ok);
  const auto& commands = world.stg.held()->targets.at(0).commands;
  REQUIRE(commands.size() == 1);
  CHECK(commands[0].verb == Verb::approve);
  CHECK(commands[0].actor == Actor("ana"));
  CHECK(commands[0].expected_step == 1U);
}

TEST_CASE("Who asked for the release, and who approved already, is told at once") {
  Asking world;
  world.site_asks({});
  const auto own = world.by("eve");
  CHECK_FALSE(own.ok);
  CHECK_THAT(own.what, Contains("eve asked for this release"));
  world.site_asks({"ana"});
  const auto again = world.by("ana");
  CHECK_FALSE(again.ok);
  CHECK_THAT(again.what, Contains("ana approved it already and counts once"));
  CHECK(world.by("ben").ok);
}

TEST_CASE("Reject ends the deployment; no further site begins") {
  Asking world;
  world.site_asks({"ana"});
  REQUIRE(world.by("ben", Verb::reject).ok);
  CHECK_THAT(world.bench.deployment("d-1").stopped, Contains("rejected by ben: seen"));
  CHECK(world.bench.deployment("d-1").state == State::rolling_back);
  const auto& commands = world.stg.held()->targets.at(0).commands;
  REQUIRE(commands.size() == 1);
  CHECK(commands[0].verb == Verb::reject);
}
