#include <algorithm>

#include "tests/unit/hub/app/fleet.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;

namespace {

// A hub whose database is put back from a copy while its sites know what came after.
struct Restored : Fleet {
  MemoryStore yesterday;

  Restored() {
    bench.set_up();
    complete_staging("1.0");
    yesterday = bench.store;
    complete_staging("1.1");
    REQUIRE(stg.held()->targets[0].rollout == RolloutId("d-2.stg-1"));
  }

  void restore() {
    bench.store = yesterday;
    bench.restart();
    bench.take_effects();
  }

  sync::Hello hello(const ToySite& site, bool with_document = false, bool shows = true) {
    sync::Hello hello;
    hello.generation = site.held() ? site.held()->generation : Generation();
    hello.hub_epoch = HubEpoch(1);
    hello.shows = shows;
    if (site.held() && with_document) hello.document = bench.codec.encode_desired(*site.held());
    for (const sync::Stream stream : sync::kStreams) {
      const Sequence last(site.entries(stream).size());
      hello.streams.push_back({stream, Sequence(1), last, Sequence(site.unsent(stream).first.value() - 1)});
    }
    return hello;
  }

  // As an agent answers: its Hello, and the document when that is asked for. How many documents were signed for it.
  std::size_t say_hello(ToySite& site, bool with_document = false) {
    bench.take_effects();
    REQUIRE(bench.give(site.frame(hello(site, with_document))));
    std::size_t documents = 0;
    bool asked = false;
    std::vector<sync::Resend> resends;
    const auto effects = bench.take_effects();
    bench.effects = effects;
    hear();
    for (const hub::Effect& effect : effects) {
      documents += std::holds_alternative<hub::PublishDesired>(effect) ? 1U : 0U;
      const auto* down = std::get_if<hub::SendDown>(&effect);
      if (down == nullptr) continue;
      asked = asked || std::holds_alternative<sync::Show>(down->message);
      if (const auto* resend = std::get_if<sync::Resend>(&down->message)) resends.push_back(*resend);
    }
    for (const sync::Resend& resend : resends) send_again(site, resend);
    return documents + (asked && !with_document ? say_hello(site, true) : 0);
  }

  void send_again(ToySite& site, const sync::Resend& resend) {
    const auto& entries = site.entries(resend.stream);
    sync::Run run{resend.stream, resend.from, {}};
    run.entries.assign(entries.begin() + static_cast<std::ptrdiff_t>(resend.from.value() - 1), entries.end());
    REQUIRE(bench.give(site.frame(std::move(run))));
    hear();
  }

  std::vector<std::string> leaves(const std::string& action) const {
    std::vector<std::string> found;
    for (const hub::AuditRow& row : bench.store.audit())
      if (row.leaf.action == action) found.push_back(row.leaf.reason);
    return found;
  }
  bool is_in_recovery() const {
    const auto& rows = bench.hub->world().recoveries;
    return !rows.empty() && !rows.back().ended;
  }
};

}  // namespace

TEST_CASE("F30 A hub that was put back from a backup signs nothing once a site shows what it forgot") {
  Restored world;
  world.restore();
  CHECK(world.say_hello(world.stg) == 0);
  REQUIRE(world.is_in_recovery());
  CHECK(world.leaves("hub.recovery").size() == 1);
  const auto refused = world.bench.ask(to(kStaging, "1.2"));
  CHECK(refused.code == Errc::refused);
  REQUIRE(refused.reasons.size() == 1);
  CHECK(refused.reasons[0].who.find("depops hub recover") != std::string::npos);
  CHECK(world.say_hello(world.fra) == 0);
  world.bench.restart();
  CHECK(world.is_in_recovery());
  CHECK(world.bench.ask(to(kStaging, "1.2")).code == Errc::refused);
}

TEST_CASE("F30 Entries that come before the Hello are not taken: what they tell of is not known yet") {
  Restored world;
  world.restore();
  world.send_again(world.stg, {sync::Stream::events, Sequence(2)});
  CHECK(world.bench.hub->world().sites.at(world.stg.name()).inbox.contiguous(sync::Stream::events) == Sequence(1));
  world.say_hello(world.stg);
  REQUIRE(world.bench.ask(hub::Recover{"restored"}).ok);
  world.say_hello(world.stg);
  world.say_hello(world.stg);
  CHECK(world.bench.rollout("d-2.stg-1").status.state == State::completed);
}

TEST_CASE("F30 A recovered hub goes on where its sites are, and a deployment begins once at each") {
  Restored world;
  const Generation held = world.stg.held()->generation;
  world.restore();
  world.say_hello(world.stg);
  REQUIRE(world.bench.ask(hub::Recover{"the disk of the hub was replaced"}).ok);
  CHECK_FALSE(world.is_in_recovery());
  CHECK(world.bench.hub->world().hub_epoch == HubEpoch(2));
  CHECK(world.bench.store.load().value().hub_epoch == HubEpoch(2));
  CHECK(world.say_hello(world.stg) == 1);
  CHECK(world.stg.held()->generation == held.next());
  CHECK(world.stg.held()->hub_epoch == HubEpoch(2));
  CHECK(world.stg.held()->targets[0].rollout == RolloutId("d-2.stg-1"));
  CHECK(world.stg.held()->targets[0].epoch < held.next());
  world.say_hello(world.stg);  // its entries came again
  CHECK(world.bench.deployment("d-2").state == State::completed);
  CHECK(world.bench.rollout("d-2.stg-1").status.state == State::completed);
  REQUIRE(world.leaves("site.adopted").size() == 1);
  CHECK(world.leaves("site.adopted")[0].find("deployment d-2") != std::string::npos);
  const auto next = world.bench.ask(to(kStaging, "1.2"));
  REQUIRE(next.ok);
  CHECK(next.object != "deployment/d-2");
  world.hear();
  CHECK(world.stg.held()->targets[0].rollout.str() == next.object.substr(11) + ".stg-1");
}

TEST_CASE("F30 What a site lost of its own log becomes a gap, and it goes on") {
  Restored world;
  world.restore();
  world.say_hello(world.stg);
  REQUIRE(world.bench.ask(hub::Recover{"restored"}).ok);
  sync::Hello hello = world.hello(world.stg, true);
  for (sync::StreamPosition& position : hello.streams) position.first_retained = position.last.next();
  REQUIRE(world.bench.give(world.stg.frame(hello)));
  CHECK(world.leaves("site.gap").size() == 2);
  CHECK(world.bench.deployment("d-2").held);
}

TEST_CASE("F30 A site that was away when the hub was recovered is asked when it comes back, and nobody else is") {
  Restored world;
  world.complete_production("1.1");
  world.restore();
  world.say_hello(world.stg);
  REQUIRE(world.bench.ask(hub::Recover{"restored"}).ok);
  world.bench.take_effects();
  CHECK(world.say_hello(world.fra) == 1);
  CHECK_FALSE(world.is_in_recovery());
  CHECK(world.fra.held()->hub_epoch == HubEpoch(2));
}

TEST_CASE("F30 Entries that were acknowledged and forgotten are asked for again, and nobody needs to say so") {
  Restored world;
  REQUIRE(world.bench.ask(to(kProduction, "1.1")).ok);
  world.yesterday = world.bench.store;
  world.hear();
  world.say(world.fra, "d-3.fra-1", State::completed);
  world.restore();
  REQUIRE(world.bench.ask(hub::GiveVerb{DeploymentId("d-3"), SiteName(), rollout::Verb::pause, "", {}}).ok);
  world.say_hello(world.fra);
  CHECK(world.bench.rollout("d-3.fra-1").status.state == State::completed);
  CHECK_FALSE(world.is_in_recovery());
}

TEST_CASE("F30 What was under way in the backup begins nowhere a second time") {
  Restored world;
  REQUIRE(world.bench.ask(to(kProduction, "1.1")).ok);
  world.yesterday = world.bench.store;  // d-3 is told to fra-1 and to nobody else yet
  world.hear();
  for (ToySite* site : {&world.fra, &world.sin1, &world.sin2})
    world.say(*site, "d-3." + site->name().str(), State::completed);
  world.complete_staging("1.2");
  REQUIRE(world.complete_production("1.2") == "d-5");
  world.restore();
  world.say_hello(world.fra);
  REQUIRE(world.is_in_recovery());
  REQUIRE(world.bench.ask(hub::Recover{"restored"}).ok);
  CHECK(world.bench.deployment("d-3").held);
  // sin-1 and sin-2 speak last: until then d-3 looks as if it had not got to them.
  for (ToySite* site : {&world.stg, &world.fra, &world.sin1, &world.sin2}) {
    world.say_hello(*site);
    world.say_hello(*site);
  }
  for (ToySite* site : {&world.fra, &world.sin1, &world.sin2}) {
    REQUIRE(site->held()->targets.size() == 1);
    CHECK(site->held()->targets[0].rollout.str() == "d-5." + site->name().str());
  }
  CHECK(world.bench.deployment("d-5").state == State::completed);
  CHECK(world.bench.rollout("d-3.fra-1").status.state == State::completed);
  // d-3's rollouts at sin-1 and sin-2 are in no document any more: a person ends it.
  REQUIRE(world.bench.ask(hub::GiveVerb{DeploymentId("d-3"), SiteName(), rollout::Verb::abort, "gone", {}}).ok);
  CHECK(rollout::is_ended(world.bench.deployment("d-3").state));
  world.hear();
  for (ToySite* site : {&world.fra, &world.sin1, &world.sin2})
    CHECK(site->held()->targets[0].rollout.str() == "d-5." + site->name().str());
}

TEST_CASE("F30 A rollout of the backup that a newer one replaced meanwhile ends, whatever became of it") {
  Restored world;
  REQUIRE(world.bench.ask(to(kProduction, "1.1")).ok);
  world.yesterday = world.bench.store;
  world.hear();
  for (ToySite* site : {&world.fra, &world.sin1, &world.sin2})
    world.say(*site, "d-3." + site->name().str(), State::completed);
  world.complete_staging("1.2");
  world.complete_production("1.2");
  world.restore();
  world.say_hello(world.fra);
  REQUIRE(world.bench.ask(hub::Recover{"restored"}).ok);
  sync::Hello hello = world.hello(world.fra, true);
  for (sync::StreamPosition& position : hello.streams) position.first_retained = position.last.next();
  REQUIRE(world.bench.give(world.fra.frame(hello)));  // it has none of its entries any more
  world.hear();
  REQUIRE(world.bench.give(world.fra.frame(world.hello(world.fra))));
  CHECK(world.bench.rollout("d-3.fra-1").status.state == State::aborted);
  CHECK(world.bench.deployment("d-3").superseded_by == DeploymentId("d-5"));
  world.hear();
  CHECK(world.fra.held()->targets[0].rollout == RolloutId("d-5.fra-1"));
}

TEST_CASE("A site that only says it knows more stops nobody but itself") {
  Restored world;
  world.restore();
  sync::Hello lie = world.hello(world.fra);
  lie.generation = Generation(900);
  REQUIRE(world.bench.give(world.fra.frame(lie)));
  CHECK_FALSE(world.is_in_recovery());
  lie.document = "nonsense";
  REQUIRE(world.bench.give(world.fra.frame(lie)));
  sync::Desired other;
  other.site = SiteName("sin-1");
  other.site_epoch = SiteEpoch(1);
  other.generation = Generation(900);
  lie.document = world.bench.codec.encode_desired(other);
  REQUIRE(world.bench.give(world.fra.frame(lie)));
  CHECK_FALSE(world.is_in_recovery());
  CHECK_FALSE(world.bench.hub->world().sites.at(world.fra.name()).status.recovery.empty());
}

TEST_CASE("Nothing new is signed for a site before it said Hello to this hub") {
  Restored world;
  world.bench.restart();
  world.bench.take_effects();
  REQUIRE(world.bench.ask(to(kStaging, "1.2")).ok);
  for (const hub::Effect& effect : world.bench.take_effects())
    CHECK_FALSE(std::holds_alternative<hub::PublishDesired>(effect));
  CHECK(world.say_hello(world.stg) == 1);
  CHECK(world.stg.held()->targets[0].rollout == RolloutId("d-3.stg-1"));
}

TEST_CASE("A hub that lacks nothing can not be recovered") {
  Restored world;
  CHECK(world.bench.ask(hub::Recover{"why not"}).code == Errc::refused);
  CHECK(world.bench.ask(hub::Recover{""}).code == Errc::invalid);
}
