#include <catch2/catch.hpp>

#include "tests/unit/hub/app/bench.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;

namespace {

struct Started {
  Bench bench;
  ToySite stg{bench, "stg-1"};

  Started() {
    bench.set_up();
    REQUIRE(bench
                .ask(hub::StartDeployment{
                    ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {}, "", ""})
                .ok);
  }
  sync::Hello hello(std::uint64_t generation, std::uint64_t epoch = 1) {
    return {Generation(generation), HubEpoch(epoch), {}, "0.1.0"};
  }
  template <typename T>
  std::vector<T> sent() {
    std::vector<T> found;
    for (const hub::Effect& effect : bench.take_effects())
      if (const auto* one = std::get_if<T>(&effect)) found.push_back(*one);
    return found;
  }
};

std::size_t site_leaves(const Bench& bench) {
  std::size_t count = 0;
  for (const hub::AuditRow& row : bench.store.audit()) count += row.source == hub::AuditSource::site ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("Entries count once however often they come, and are acknowledged after they are committed") {
  Started world;
  world.stg.report("d-1.stg-1", State::running);
  world.stg.report("d-1.stg-1", State::completed);
  const sync::Run events = world.stg.unsent(sync::Stream::events);
  const sync::Run leaves = world.stg.unsent(sync::Stream::audit);
  for (int i = 0; i < 3; ++i) {
    world.bench.give(world.stg.frame(events));
    world.bench.give(world.stg.frame(leaves));
    const auto acks = world.sent<hub::SendDown>();
    REQUIRE(acks.size() == 2);
    CHECK(std::get<sync::Ack>(acks[0].message).contiguous == Sequence(2));
  }
  CHECK(site_leaves(world.bench) == 2);
  std::size_t rollout_events = 0;
  for (const hub::EventRow& row : world.bench.store.events()) rollout_events += row.kind == "rollout" ? 1U : 0U;
  CHECK(rollout_events == 2);
  CHECK(world.bench.deployment("d-1").state == State::completed);
}

TEST_CASE("A commit that fails leaves nothing behind, and the same frame again does it all") {
  Started world;
  world.stg.report("d-1.stg-1", State::completed);
  const sync::Run events = world.stg.unsent(sync::Stream::events);
  world.bench.take_effects();
  world.bench.store.fail_commits(1);
  CHECK_FALSE(world.bench.give(world.stg.frame(events)));
  CHECK(world.sent<hub::SendDown>().empty());
  CHECK(world.bench.deployment("d-1").state == State::pending);
  world.stg.greet();
  CHECK(world.bench.give(world.stg.frame(events)));
  CHECK(world.bench.deployment("d-1").state == State::completed);
}

TEST_CASE("A hole is asked for again, and what came behind it waits") {
  Started world;
  for (const State state : {State::running, State::paused, State::completed}) world.stg.report("d-1.stg-1", state);
  sync::Run tail = world.stg.unsent(sync::Stream::events);
  tail.entries.erase(tail.entries.begin(), tail.entries.begin() + 2);
  tail.first = Sequence(3);
  world.bench.take_effects();
  world.bench.give(world.stg.frame(tail));
  const auto down = world.sent<hub::SendDown>();
  REQUIRE(down.size() == 2);
  CHECK(std::get<sync::Resend>(down[0].message).from == Sequence(1));
  CHECK(std::get<sync::Ack>(down[1].message).contiguous == Sequence(0));
  CHECK(world.bench.deployment("d-1").state == State::pending);
  world.bench.give(world.stg.frame(world.stg.unsent(sync::Stream::events)));
  CHECK(world.bench.deployment("d-1").state == State::completed);
}

TEST_CASE("A site that was connected before it was registered is asked to say Hello, and counts as there once heard") {
  Started world;
  world.bench.take_effects();
  REQUIRE(world.bench.ask(hub::CreateSite{SiteName("new-1"), EnvironmentName("staging"), {}, ""}).ok);
  CHECK(world.sent<hub::Announce>().size() == 1);
  world.bench.give(hub::Heard{SiteName("new-1"), {}});
  CHECK(world.bench.hub->world().sites.at(SiteName("new-1")).status.online);
}

TEST_CASE("The death of a connection counts for the one that said Hello last, and for no earlier one") {
  Started world;
  const auto& status = world.bench.hub->world().sites.at(world.stg.name()).status;
  const auto greet = [&](const char* voice) {
    sync::Hello hello = world.hello(0);
    hello.voice = voice;
    REQUIRE(world.bench.give(world.stg.frame(hello)));
  };
  const auto dies = [&](const char* voice) {
    REQUIRE(world.bench.give(hub::Presence{world.stg.name(), 0, false, voice}));
  };
  greet("first");
  CHECK(status.online);
  dies("first");
  CHECK_FALSE(status.online);
  greet("second");
  dies("first");
  CHECK(status.online);
  dies("second");
  CHECK_FALSE(status.online);
}

TEST_CASE("What a site lost for good becomes a leaf, not a silence") {
  Started world;
  world.bench.give(world.stg.frame(sync::Gone{sync::Stream::audit, Sequence(5)}));
  const auto& last = world.bench.store.audit().back();
  CHECK(last.leaf.action == "site.gap");
  CHECK(last.leaf.reason == "entries 1 to 4 of stream audit are lost at the site");
  const auto acks = world.sent<hub::SendDown>();
  CHECK(std::get<sync::Ack>(acks.back().message).contiguous == Sequence(4));
}

TEST_CASE("A Hello that shows an older generation gets the document again, the same bytes") {
  Started world;
  const auto published = world.sent<hub::PublishDesired>();
  REQUIRE(published.size() == 1);
  world.bench.give(world.stg.frame(world.hello(0)));
  const auto again = world.sent<hub::PublishDesired>();
  REQUIRE(again == published);
  world.bench.give(world.stg.frame(world.hello(1)));
  CHECK(world.sent<hub::PublishDesired>().empty());
  world.bench.restart();
  CHECK(world.sent<hub::PublishDesired>() == published);
}

TEST_CASE("A site that knows more than this hub is not signed for until both agree") {
  const bool epoch = GENERATE(false, true);
  Started world;
  world.bench.take_effects();
  world.bench.give(world.stg.frame(epoch ? world.hello(1, 2) : world.hello(9)));
  CHECK(world.sent<hub::PublishDesired>().empty());
  CHECK(world.bench.store.audit().back().leaf.action == "site.recovery");
  CHECK_FALSE(world.bench.hub->world().sites.at(world.stg.name()).status.recovery.empty());
  REQUIRE(world.bench.ask(hub::GiveVerb{DeploymentId("d-1"), SiteName(), rollout::Verb::pause, "", std::nullopt}).ok);
  CHECK(world.sent<hub::PublishDesired>().empty());
  world.bench.give(world.stg.frame(world.hello(1, 1)));
  const auto published = world.sent<hub::PublishDesired>();
  REQUIRE(published.size() == 1);
  CHECK(published[0].generation == Generation(2));
}

TEST_CASE("A refused document fails what it introduced and is no longer asked for") {
  Started world;
  deliver(world.bench, {&world.stg});
  world.stg.write(rollout::DesiredRefused{world.bench.now.wall, Generation(1), "plan-digest", "digest differs"});
  world.stg.exchange();
  CHECK(world.bench.deployment("d-1").state == State::failed);
  CHECK(world.bench.rollout("d-1.stg-1").status.reason ==
        "the site refused generation 1 (plan-digest): digest differs");
  CHECK(world.stg.held()->generation == Generation(2));
  CHECK(world.stg.held()->targets.empty());
  const auto retried =
      world.bench.ask(hub::GiveVerb{DeploymentId("d-1"), SiteName(), rollout::Verb::retry, "", std::nullopt});
  CHECK(retried.what == "stg-1 never began d-1; deploy the version again");
  CHECK(world.bench
            .ask(hub::StartDeployment{
                ServiceName("checkout"), VersionLabel("1.1"), EnvironmentName("staging"), {}, "", ""})
            .ok);
}

TEST_CASE("A site that refused a document and began the rollout after all gets its verbs again") {
  Started world;
  deliver(world.bench, {&world.stg});
  world.stg.write(rollout::DesiredRefused{world.bench.now.wall, Generation(1), "expired", "the clock is wrong"});
  world.stg.exchange();
  REQUIRE(world.stg.held()->targets.empty());
  world.stg.report("d-1.stg-1", State::aborted, "abort by local:root");
  world.stg.exchange();
  REQUIRE(world.stg.held()->targets.size() == 1);
  CHECK(world.stg.held()->targets[0].epoch == Generation(1));
  REQUIRE(world.bench.ask(hub::GiveVerb{DeploymentId("d-1"), SiteName(), rollout::Verb::retry, "", std::nullopt}).ok);
  deliver(world.bench, {&world.stg});
  CHECK(world.stg.held()->targets[0].commands.at(0).verb == rollout::Verb::retry);
}

TEST_CASE("A Hello that its own entries overtook is old, not a sign of a copied journal") {
  Started world;
  world.stg.report("d-1.stg-1", State::running);
  world.bench.give(world.stg.frame(world.stg.unsent(sync::Stream::events)));
  sync::Hello late = world.hello(0);
  late.streams = {{sync::Stream::events, Sequence(1), Sequence(0)}};
  world.bench.give(world.stg.frame(late));
  CHECK(world.bench.hub->world().sites.at(world.stg.name()).inbox.frozen().empty());
  hub::FromSite reborn{world.stg.sender(), late};
  reborn.sender.session = 2;
  world.bench.give(reborn);
  CHECK_FALSE(world.bench.hub->world().sites.at(world.stg.name()).inbox.frozen().empty());
  CHECK(world.bench.store.audit().back().leaf.action == "site.frozen");
}

TEST_CASE("Bad frames are counted each and audited at powers of two") {
  Started world;
  const std::size_t before = world.bench.store.audit().size();
  for (int i = 0; i < 9; ++i) world.bench.give(hub::BadFrame{world.stg.name(), "signature"});
  CHECK(world.bench.hub->world().sites.at(world.stg.name()).status.bad_frames == 9);
  CHECK(world.bench.store.audit().size() == before + 4);
  world.bench.give(hub::BadFrame{SiteName("nobody"), "signature"});
  CHECK(world.bench.store.audit().size() == before + 4);
}

TEST_CASE("A site can not report the rollout of another") {
  Started world;
  ToySite fra(world.bench, "fra-1");
  fra.report("d-1.stg-1", State::completed);
  fra.exchange();
  CHECK(world.bench.deployment("d-1").state == State::pending);
}

TEST_CASE("A document is signed again long before it expires, and only then") {
  Started world;
  world.bench.restart();
  world.bench.give(world.stg.frame(world.hello(1)));
  world.bench.take_effects();
  REQUIRE(world.bench.wake <= world.bench.now.wall + std::chrono::hours(24 * 15));
  world.bench.pass(std::chrono::hours(24 * 15));
  world.bench.give(hub::Tick{});
  const auto published = world.sent<hub::PublishDesired>();
  REQUIRE(published.size() == 1);
  CHECK(published[0].generation == Generation(2));
  world.bench.give(hub::Tick{});
  CHECK(world.sent<hub::PublishDesired>().empty());
}

TEST_CASE("Another hub that took over fences this one") {
  Started world;
  REQUIRE(world.bench.store.raise_epoch().ok());
  hub::ApiCommand command;
  command.request = hub::CreateEnvironment{EnvironmentName("x"), hub::Tier::staging};
  const auto output = world.bench.hub->step(command, world.bench.now);
  const auto committed = world.bench.store.commit(output.changes);
  REQUIRE_FALSE(committed.ok());
  CHECK(committed.error().code == Errc::conflict);
}
