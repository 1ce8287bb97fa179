#include <catch2/catch.hpp>
#include <chrono>

#include "agent/driver/driver.h"
#include "agent/driver/last_seen.h"
#include "tests/support/memory_journal.h"

namespace depops::agent {
namespace {

class SteadyClock : public ports::Clock {
 public:
  Moment now() const override {
    const auto up = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()),
            std::chrono::duration_cast<Millis>(up), BootId("b")};
  }
};

// Each says once what there is, as the real ones do while nothing changes.
struct QuietRuntime : Runtime {
  void start(std::function<void(RuntimeFacts)> changed) override { changed({}); }
  void apply(RuntimeOrders) override {}
  void stop() override {}
};
struct QuietRouter : Router {
  RouterCapabilities capabilities() const override { return {.weights = true}; }
  void start(std::function<void(RouterFacts)> read) override { read({}); }
  void apply(RouterOrders) override {}
  void stop() override {}
};
struct QuietArtifacts : Artifacts {
  void start(std::function<void(ArtifactFacts)>) override {}
  void want(std::vector<ArtifactRef>) override {}
  void stop() override {}
};
struct QuietHooks : Hooks {
  void start(std::function<void(HookFacts)>) override {}
  void apply(HookOrders) override {}
  void stop() override {}
};

struct QuietMetrics : MetricSource {
  void start(std::function<void(Measured)>) override {}
  void measure(std::vector<MeasureOrder>) override {}
  void stop() override {}
};
struct DeafUplink : Uplink {
  void begin(const std::string&, std::uint64_t) override {}
  Result<std::uint64_t> send(const sync::Run&) override { return std::uint64_t{1}; }
  void send(const sync::Hello&) override {}
  void send(const sync::Gone&) override {}
  void send(const sync::Inventory&) override {}
  void send(const sync::SnapshotPart&) override {}
  void send(const sync::Telemetry&) override {}
};

template <typename Condition>
bool status_becomes(Driver& driver, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end) {
    const auto view = driver.status();
    if (view.ok() && condition(*view)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("an agent that is built again because its disk is full still knows its link and its hub") {
  test::JournalDisk disk;
  disk.site.hub_epoch = HubEpoch(1);
  disk.room = disk.reserve = 0;
  test::MemoryJournal journal(disk, [](const OutboxRow&) { return std::string("entry"); });
  SteadyClock clock;
  QuietRuntime runtime;
  QuietRouter router;
  QuietArtifacts artifacts;
  QuietMetrics metrics;
  QuietHooks hooks;
  DeafUplink uplink;
  Settings settings;
  settings.site = SiteName("fra-1");
  Driver driver(settings,
                {clock, journal, runtime, router, artifacts, metrics, hooks, uplink, [](const std::string&) {}, [] {}});
  REQUIRE(driver.start([](const std::string&) {}).ok());
  driver.link(true);
  driver.post(HubSeen{{HubEpoch(1), true, clock.now().wall}});
  REQUIRE(status_becomes(driver, [](const SiteView& view) { return view.hub_online; }));
  driver.post(FrameDropped{"signature", "no signature of ours"});  // to be written down: refused, for there is no room
  REQUIRE(status_becomes(driver, [](const SiteView& view) { return view.storage != "ok"; }));
  CHECK(status_becomes(driver, [](const SiteView& view) { return view.hub_online; }));
  driver.stop();
}

TEST_CASE("what the world said last is kept of each kind, and the hub's word only as long as the link") {
  LastSeen seen;
  RuntimeFacts facts;
  facts.applied_seq = 1;
  seen.note(facts);
  facts.applied_seq = 2;
  seen.note(facts);
  seen.note(ArtifactFacts{Digest("sha256:a"), false, 5, "", false});
  seen.note(ArtifactFacts{Digest("sha256:b"), true, 9, "", false});
  seen.note(ArtifactFacts{Digest("sha256:a"), true, 9, "", false});
  seen.note(LinkChanged{true});
  seen.note(HubSeen{{HubEpoch(1), true, Instant{}}});
  seen.note(Tick{});
  const auto all = seen.all();
  REQUIRE(all.size() == 5);
  CHECK(std::get<ArtifactFacts>(all[0]).present);
  CHECK(std::get<RuntimeFacts>(all[2]).applied_seq == 2);
  CHECK(std::get<LinkChanged>(all[3]).connected);
  CHECK(std::get<HubSeen>(all[4]).state.online);
  seen.note(LinkChanged{false});
  CHECK(seen.all().size() == 4);
}

}  // namespace depops::agent
