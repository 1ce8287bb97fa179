#include <catch2/catch.hpp>

#include "tests/unit/hub/app/bench.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;
using rollout::Verb;

namespace {

// 1.0 on its way to staging; the site knows.
struct UnderWay {
  Bench bench;
  ToySite stg{bench, "stg-1"};

  UnderWay() {
    bench.set_up();
    REQUIRE(bench
                .ask(hub::StartDeployment{
                    ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {}, "", ""})
                .ok);
    deliver(bench, {&stg});
    stg.report("d-1.stg-1", State::running);
    stg.exchange();
  }
  hub::Answer give(Verb verb, const std::string& reason = "", std::optional<std::uint32_t> step = std::nullopt) {
    const auto answer = bench.ask(hub::GiveVerb{DeploymentId("d-1"), SiteName(), verb, reason, step});
    deliver(bench, {&stg});
    return answer;
  }
  void answer_command(const std::string& command, bool accepted, const std::string& reason = "") {
    stg.write(rollout::CommandAnswered{bench.now.wall, RolloutId("d-1.stg-1"), CommandId(command), accepted, reason});
    stg.exchange();
  }
};

}  // namespace

TEST_CASE("A verb travels in the desired state until the site answered it") {
  UnderWay world;
  const auto answer = world.give(Verb::advance, "looks fine", 2);
  REQUIRE(answer.ok);
  REQUIRE(answer.commands == std::vector<std::string>{"c-1"});
  REQUIRE(world.stg.held()->generation == Generation(2));
  const auto& commands = world.stg.held()->targets.at(0).commands;
  REQUIRE(commands.size() == 1);
  CHECK(commands[0].verb == Verb::advance);
  CHECK(commands[0].expected_step == 2U);
  CHECK(commands[0].actor == Actor("admin"));
  CHECK(world.stg.held()->targets.at(0).epoch == Generation(1));

  world.answer_command("c-1", false, "the step is 3 by now");
  const auto& row = world.bench.store.commands().at(CommandId("c-1"));
  CHECK(row.answered);
  CHECK_FALSE(row.accepted);
  CHECK(row.answer == "the step is 3 by now");
  CHECK(world.stg.held()->generation == Generation(2));  // an answer alone is worth no document
  world.give(Verb::pause);
  CHECK(world.stg.held()->targets.at(0).commands.size() == 1);
}

TEST_CASE("Pause of a deployment holds it and its rollouts; resume lets both go on") {
  UnderWay world;
  REQUIRE(world.give(Verb::pause).ok);
  CHECK(world.bench.deployment("d-1").held);
  CHECK(world.bench.deployment("d-1").state == State::paused);
  CHECK(world.bench.deployment("d-1").waiting_for.at(0).rule == "held");
  REQUIRE(world.give(Verb::resume).ok);
  CHECK_FALSE(world.bench.deployment("d-1").held);
  CHECK(world.bench.deployment("d-1").state == State::running);
}

TEST_CASE("Abort ends the deployment when the site is back, and counts as a failure if there was traffic") {
  UnderWay world;
  REQUIRE(world.give(Verb::abort, "wrong ticket").ok);
  CHECK(world.bench.deployment("d-1").state == State::rolling_back);
  CHECK(world.stg.held()->targets.at(0).commands.size() == 1);
  world.stg.report("d-1.stg-1", State::aborted, "abort by admin");
  world.stg.exchange();
  CHECK(world.bench.deployment("d-1").state == State::aborted);
  REQUIRE(world.bench.deployment("d-1").failure);
  const auto late = world.give(Verb::abort);
  CHECK(late.code == Errc::refused);
  CHECK(late.what.find("ended already: aborted") != std::string::npos);
}

TEST_CASE("Abort before a site was told anything cancels what it would have done") {
  Bench bench;
  bench.set_up();
  REQUIRE(bench
              .ask(hub::StartDeployment{
                  ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {}, "", ""})
              .ok);
  REQUIRE(bench.ask(hub::GiveVerb{DeploymentId("d-1"), SiteName(), Verb::abort, "", std::nullopt}).ok);
  ToySite stg(bench, "stg-1");
  deliver(bench, {&stg});
  REQUIRE(stg.held()->targets.at(0).commands.size() == 1);
  stg.report("d-1.stg-1", State::aborted, "abort by admin", false);
  stg.exchange();
  CHECK(bench.deployment("d-1").state == State::aborted);
  CHECK_FALSE(bench.deployment("d-1").failure);
}

TEST_CASE("Retry runs the ended rollout again, and a site that will not leaves it ended") {
  UnderWay world;
  world.stg.report("d-1.stg-1", State::rolled_back, "bad");
  world.stg.exchange();
  REQUIRE(world.bench.deployment("d-1").state == State::rolled_back);
  REQUIRE(world.give(Verb::retry).ok);
  CHECK(world.bench.deployment("d-1").state == State::pending);
  const bool accepted = GENERATE(true, false);
  if (accepted) {
    world.answer_command("c-1", true);
    world.stg.report("d-1.stg-1", State::running);
    world.stg.report("d-1.stg-1", State::completed);
    world.stg.exchange();
    CHECK(world.bench.deployment("d-1").state == State::completed);
    CHECK(world.bench.deployment("d-1").failure.has_value());
  } else {
    world.answer_command("c-1", false, "nothing to retry");
    CHECK(world.bench.deployment("d-1").state == State::aborted);
  }
}

TEST_CASE("A key used twice has one effect and one answer; for another request it is a conflict") {
  Bench bench;
  bench.set_up();
  const hub::StartDeployment start{
      ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {}, "", ""};
  const auto first = bench.ask(start, "k-1");
  bench.restart();
  const auto second = bench.ask(start, "k-1");
  CHECK(first == second);
  CHECK(bench.store.deployments().size() == 1);
  CHECK(bench.ask(hub::CreateEnvironment{EnvironmentName("other"), hub::Tier::staging}, "k-1").code == Errc::conflict);
  bench.pass(std::chrono::hours(25));
  CHECK(bench.ask(hub::CreateEnvironment{EnvironmentName("other"), hub::Tier::staging}, "k-1").ok);
}

TEST_CASE("What is registered twice alike changes nothing; differently it is refused") {
  Bench bench;
  bench.set_up();
  const std::size_t leaves = bench.store.audit().size();
  CHECK_FALSE(bench.ask(hub::CreateEnvironment{EnvironmentName("staging"), hub::Tier::staging}).changed);
  CHECK_FALSE(bench.ask(hub::CreateSite{SiteName("stg-1"), EnvironmentName("staging"), {}, ""}).changed);
  CHECK(bench.store.audit().size() == leaves);
  CHECK(bench.ask(hub::CreateEnvironment{EnvironmentName("staging"), hub::Tier::production}).code == Errc::exists);
  CHECK(bench.ask(hub::CreateSite{SiteName("stg-1"), EnvironmentName("production"), {}, ""}).code == Errc::exists);
  CHECK(bench.ask(hub::CreateSite{SiteName("x-1"), EnvironmentName("nowhere"), {}, ""}).code == Errc::not_found);
  CHECK(bench.ask(hub::CreateSite{SiteName("Bad Name"), EnvironmentName("staging"), {}, ""}).code == Errc::invalid);
  const hub::PublishVersion other{
      ServiceName("checkout"), VersionLabel("1.0"), bench.codec.digest("artifact"), "x", at(0), {}};
  CHECK(bench.ask(other).code == Errc::exists);
  CHECK(bench
            .ask(hub::PublishVersion{
                ServiceName("checkout"), VersionLabel("2.0"), bench.codec.digest("none"), "x", at(0), {}})
            .code == Errc::not_found);
  CHECK(bench.store.audit().size() == leaves);
  CHECK(bench.ask(hub::CreateSite{SiteName("stg-1"), EnvironmentName("staging"), {{"ring", "pilot"}}, ""}).changed);
  CHECK(bench.store.audit().size() == leaves + 1);
}

namespace {

hub::Scale scale(const char* environment, std::optional<std::uint32_t> replicas, const char* site = "") {
  return {ServiceName("checkout"), EnvironmentName(environment), SiteName(site), replicas, "more traffic"};
}

}  // namespace

TEST_CASE("A service is scaled at every site of the environment that runs it, under way or not") {
  UnderWay world;
  const auto answer = world.bench.ask(scale("staging", 7));
  REQUIRE(answer.ok);
  CHECK(answer.results == std::vector<std::string>{"stg-1"});
  deliver(world.bench, {&world.stg});
  const auto& given = world.stg.held()->targets.at(0).commands;
  REQUIRE(given.size() == 1);
  CHECK(given[0].verb == Verb::scale);
  CHECK(given[0].replicas == 7U);
  CHECK(given[0].reason == "more traffic");
  world.answer_command("c-1", true, "goes to 7 instances");
  CHECK(world.bench.store.commands().at(CommandId("c-1")).accepted);

  world.stg.report("d-1.stg-1", State::completed);
  world.stg.exchange();
  REQUIRE(world.bench.ask(scale("staging", std::nullopt, "stg-1")).ok);
  deliver(world.bench, {&world.stg});
  REQUIRE(world.stg.held()->targets.at(0).commands.size() == 1);
  CHECK_FALSE(world.stg.held()->targets.at(0).commands[0].replicas);
}

TEST_CASE("A size that was not heard of yet goes along with the next deployment") {
  UnderWay world;
  world.stg.report("d-1.stg-1", State::completed);
  world.stg.exchange();
  REQUIRE(world.bench.ask(scale("staging", 7)).ok);
  REQUIRE(world.bench
              .ask(hub::StartDeployment{
                  ServiceName("checkout"), VersionLabel("1.1"), EnvironmentName("staging"), {}, "", ""})
              .ok);
  deliver(world.bench, {&world.stg});
  const auto& target = world.stg.held()->targets.at(0);
  CHECK(target.rollout == RolloutId("d-2.stg-1"));
  REQUIRE(target.commands.size() == 1);
  CHECK(target.commands[0].replicas == 7U);
}

TEST_CASE("To scale what is not there is refused, with what to do") {
  UnderWay world;
  CHECK(world.bench.ask(scale("staging", 0)).what == "replicas: is 0; 1 to 1,000 are possible");
  CHECK(world.bench.ask(scale("staging", 1'001)).code == Errc::invalid);
  CHECK(world.bench.ask(scale("nowhere", 2)).code == Errc::not_found);
  CHECK(world.bench.ask(scale("staging", 2, "fra-1")).code == Errc::not_found);
  CHECK(world.bench.ask(scale("production", 2)).what ==
        "no site of production runs checkout; deploy a version of it first");
}

TEST_CASE("What a site tells after the end does not put the end off") {
  UnderWay world;
  world.stg.report("d-1.stg-1", State::completed);
  world.stg.exchange();
  const auto ended = world.bench.rollout("d-1.stg-1").ended;
  REQUIRE(ended);
  world.bench.pass(Millis(60'000));
  world.stg.report("d-1.stg-1", State::completed);
  world.stg.exchange();
  CHECK(world.bench.rollout("d-1.stg-1").ended == ended);
}
