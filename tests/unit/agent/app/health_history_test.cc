#include "agent/app/health_history.h"

#include <catch2/catch.hpp>

#include "agent/app/agent.h"

// What a site was like while nobody heard it.
namespace depops::agent {
namespace {

const SetId kSet("checkout-1");
const Instant kMidnight(Millis(1'800'000'000'000));

Moment moment(Millis since) { return {kMidnight + since, Millis(5'000) + since, BootId("one")}; }

struct Watched {
  HealthHistory history;
  Millis now{0};

  explicit Watched(std::uint64_t bytes = HealthHistory::kUsual) : history(bytes) {}
  HealthLook look(std::uint32_t ready, std::uint32_t restarts = 0, std::uint32_t in_flight = 1) const {
    HealthLook look{moment(now).wall, ready == 2, ready == 2 ? "" : "one is away", {}, {}};
    look.services = {{ServiceName("checkout"), 2, ready, 0, in_flight}};
    look.restarts[kSet] = {ServiceName("checkout"), restarts};
    return look;
  }
  void minutes(int count, std::uint32_t ready, std::uint32_t restarts = 0, std::uint32_t in_flight = 1) {
    for (int i = 0; i < 6 * count; ++i, now += std::chrono::seconds(10))
      history.see(look(ready, restarts, in_flight), moment(now));
  }
  std::vector<sync::HealthSpan> told() {
    minutes(1, 2, 9);  // so that the last minute is over
    history.close();
    return history.due(moment(now));
  }
};

}  // namespace

TEST_CASE("minutes that are alike are one span of at most an hour") {
  Watched site;
  site.minutes(90, 2);
  const auto spans = site.told();
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].from == kMidnight);
  CHECK(spans[0].to == kMidnight + std::chrono::minutes(60));
  CHECK(spans[1].from == spans[0].to);
  CHECK(spans[1].to == kMidnight + std::chrono::minutes(90));
  CHECK(spans[0].healthy);
  CHECK(spans[0].services == std::vector<sync::ServiceHealth>{{ServiceName("checkout"), 2, 2, 0, 1}});
}

TEST_CASE(
    "a bad minute is a span of its own: fewest ready, restarts of that minute, most in flight, the first problem") {
  Watched site;
  site.minutes(3, 2, 4);
  site.history.see(site.look(1, 6, 40), moment(site.now));
  site.minutes(1, 2, 7, 3);
  site.minutes(2, 2, 7);
  const auto spans = site.told();
  REQUIRE(spans.size() == 3);
  CHECK_FALSE(spans[1].healthy);
  CHECK(spans[1].problem == "one is away");
  CHECK(spans[1].to - spans[1].from == sync::kHealthGrain);
  CHECK(spans[1].services == std::vector<sync::ServiceHealth>{{ServiceName("checkout"), 2, 1, 3, 40}});
  CHECK(spans[0].services[0].restarts == 0);  // what was before the first look is not of that minute
  CHECK(spans[2].healthy);
}

TEST_CASE("a time in which nobody looked is in no span") {
  Watched site;
  site.minutes(2, 2);
  site.now += std::chrono::hours(3);  // the machine slept
  site.minutes(2, 2);
  const auto spans = site.told();
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].to == kMidnight + std::chrono::minutes(2));
  CHECK(spans[1].from >= kMidnight + std::chrono::hours(3));
}

TEST_CASE("memory is bounded: the oldest spans are forgotten and counted") {
  Watched site(4'096);
  for (int i = 0; i < 200; ++i) site.minutes(1, i % 2 == 0 ? 2 : 1);
  const auto spans = site.told();
  CHECK(site.history.dropped() > 150);
  CHECK(site.history.dropped() + site.history.waiting() == 200);
  CHECK(spans.size() == site.history.waiting());
  CHECK(spans.back().to == kMidnight + std::chrono::minutes(200));
}

TEST_CASE("spans are told again at longer and longer intervals until they are taken, then the next ones") {
  Watched site;
  for (int i = 0; i < 100; ++i) site.minutes(1, i % 2 == 0 ? 2 : 1);
  const auto first = site.told();
  REQUIRE(first.size() == sync::kHealthSpansMax);
  CHECK(site.history.due(moment(site.now)).empty());
  CHECK(site.history.due(moment(site.now += std::chrono::seconds(10))) == first);
  CHECK(site.history.due(moment(site.now += std::chrono::seconds(10))).empty());
  CHECK(site.history.due(moment(site.now += std::chrono::seconds(10))) == first);
  site.history.taken({first.front().to});  // of something else
  CHECK(site.history.waiting() == 100);
  site.history.taken({first.back().to});
  CHECK(site.history.waiting() == 100 - sync::kHealthSpansMax);
  const auto second = site.history.due(moment(site.now));
  REQUIRE(second.size() == 100 - sync::kHealthSpansMax);
  CHECK(second.front().from == first.back().to);
  site.history.taken({second.back().to});
  CHECK(site.history.waiting() == 0);
}

TEST_CASE("what is forgotten between telling and taking leaves the rest in order") {
  Watched site(4'096);
  for (int i = 0; i < 20; ++i) site.minutes(1, i % 2 == 0 ? 2 : 1);
  const auto first = site.told();
  for (int i = 0; i < 20; ++i) site.minutes(1, i % 2 == 0 ? 1 : 2, 9);
  REQUIRE(site.history.dropped() > 0);
  site.history.taken({first.back().to});
  const auto rest = site.told();
  REQUIRE_FALSE(rest.empty());
  CHECK(rest.front().from >= first.back().to);
}

TEST_CASE("a site that comes back tells of the time between, after all else, with the times of then") {
  Settings settings;
  settings.site = SiteName("fra-1");
  Loaded loaded;
  loaded.incarnation = "00112233445566778899aabbccddeeff";
  loaded.site.audit_last = Sequence(1);
  loaded.audit_first = Sequence(1);
  Agent agent(settings, std::move(loaded), moment(Millis(0)));
  Millis now{0};
  for (; now < std::chrono::minutes(10); now += std::chrono::seconds(10)) agent.step(Tick{}, moment(now));
  const auto past = [&](const Input& input) {
    std::vector<sync::HealthSpan> found;
    for (const Effect& effect : agent.step(input, moment(now)).effects)
      if (const auto* told = std::get_if<SendTelemetry>(&effect)) found = told->telemetry.past;
    return found;
  };
  CHECK(past(LinkChanged{true}).empty());  // the hub may not be there
  agent.step(HubSeen{{HubEpoch(1), true, moment(now).wall}}, moment(now));
  now += std::chrono::seconds(10);
  CHECK(past(Tick{}).empty());  // a leaf waits
  agent.step(FromHub{sync::Ack{sync::Stream::audit, Sequence(1), 1 << 20}}, moment(now));
  now += std::chrono::seconds(10);
  const auto told = past(Tick{});
  REQUIRE(told.size() == 1);
  CHECK(told[0].from == kMidnight);
  CHECK(told[0].to == kMidnight + std::chrono::minutes(10));
  agent.step(FromHub{sync::HealthTaken{told[0].to}}, moment(now));
  now += std::chrono::minutes(1);
  CHECK(past(Tick{}).empty());
}

}  // namespace depops::agent
