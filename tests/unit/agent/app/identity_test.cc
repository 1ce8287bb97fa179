#include <catch2/catch.hpp>

#include "agent/app/agent.h"

// Session tokens, a frozen site, a connection that somebody else takes over, a damaged journal.
namespace depops::agent {
namespace {

Moment moment(std::int64_t seconds) {
  return {Instant(std::chrono::seconds(1'800'000'000 + seconds)), std::chrono::seconds(100 + seconds), BootId("one")};
}

const std::string kVoice(32, 'a');
const std::string kFirst(32, '1');

struct Frozen {
  SiteState kept;
  std::optional<Agent> agent;
  std::int64_t now = 0;
  std::vector<sync::Hello> hellos;
  std::vector<std::string> leaves;
  std::vector<std::string> held;  // documents obeyed

  explicit Frozen(SiteState site = {}, const std::string& damaged = "") {
    Settings settings;
    settings.site = SiteName("fra-1");
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.site = site;
    loaded.damaged = damaged;
    agent.emplace(settings, std::move(loaded), moment(0));
  }

  void give(const Input& input) {
    const Output output = agent->step(input, moment(now));
    if (output.batch.site) kept = *output.batch.site;
    if (output.batch.desired) held.push_back(*output.batch.desired);
    for (const Effect& effect : output.effects)
      if (const auto* hello = std::get_if<SendHello>(&effect)) hellos.push_back(hello->hello);
    for (const OutboxRow& row : output.batch.outbox)
      if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) leaves.push_back(leaf->action);
  }
  void connect(const std::string& voice = kVoice) {
    give(LinkChanged{true, voice});
    give(HubSeen{{HubEpoch(1), true, moment(now).wall}});
  }
  void welcome(const std::string& instead_of, const std::string& secret, bool again = false) {
    give(FromHub{sync::Welcome{kVoice, instead_of, {1, secret, false}, again}});
  }
  void desire(std::uint64_t generation) {
    sync::Desired desired;
    desired.site = SiteName("fra-1");
    desired.site_epoch = SiteEpoch(1);
    desired.generation = Generation(generation);
    desired.hub_epoch = HubEpoch(1);
    desired.not_after = moment(now).wall + std::chrono::hours(1);
    give(DesiredArrived{"g" + std::to_string(generation), desired, {}, {}});
  }
};

}  // namespace

TEST_CASE("a session token is stored before it is presented, and only the answer to this connection counts") {
  Frozen site;
  site.connect();
  REQUIRE_FALSE(site.hellos.empty());
  CHECK(site.hellos.back().voice == kVoice);
  CHECK(site.hellos.back().token.secret.empty());
  site.give(FromHub{sync::Welcome{std::string(32, 'b'), "", {1, kFirst, false}, false}});
  CHECK(site.kept.token.secret.empty());
  site.welcome("", kFirst);
  CHECK(site.kept.token.secret == kFirst);
  site.welcome("", std::string(32, '2'));  // comes late: the site holds another one by now
  CHECK(site.kept.token.secret == kFirst);
  site.connect();
  CHECK(site.hellos.back().token.secret == kFirst);
}

TEST_CASE("a Hello without an answer is said again, at longer and longer intervals; a call is followed soon") {
  Frozen site;
  site.connect();
  site.hellos.clear();
  for (site.now = 1; site.now <= 130; ++site.now) site.give(Tick{});
  CHECK(site.hellos.size() == 2);  // after 20 s and 40 s more; the next after 80 s
  site.welcome("", kFirst, true);
  site.hellos.clear();
  for (; site.now <= 140; ++site.now) site.give(Tick{});
  REQUIRE(site.hellos.size() == 1);
  CHECK(site.hellos.back().token.secret == kFirst);
}

TEST_CASE("a frozen site starts nothing, also after a restart, until the hub answers its Hello again") {
  Frozen site;
  site.connect();
  site.give(FromHub{sync::Freeze{"two hosts"}});
  CHECK(site.kept.frozen == "two hosts");
  CHECK(std::count(site.leaves.begin(), site.leaves.end(), "site.frozen") == 1);
  site.desire(1);
  CHECK(site.held.empty());

  Frozen again(site.kept);
  again.connect();
  again.desire(1);
  CHECK(again.held.empty());
  again.welcome("", kFirst);
  CHECK(again.kept.frozen.empty());
  again.desire(1);
  CHECK(again.held.size() == 1);
}

TEST_CASE("who is taken over three times within ten minutes says so, once") {
  Frozen site;
  for (int i = 0; i < 4; ++i) {
    site.give(TakenOver{});
    site.now += 60;
  }
  CHECK(std::count(site.leaves.begin(), site.leaves.end(), "site.taken_over") == 1);
  Frozen calm;
  for (int i = 0; i < 6; ++i) {
    calm.give(TakenOver{});
    calm.now += 400;
  }
  CHECK(calm.leaves.empty());
}

TEST_CASE("F20 a site whose journal holds other bytes than were written says so and goes forward no more") {
  Frozen site({}, "record of checkout");
  site.give(Tick{});
  site.give(Tick{});
  CHECK(std::count(site.leaves.begin(), site.leaves.end(), "site.damaged") == 1);
}

}  // namespace depops::agent
