#include "tests/bench/simulated_site.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace depops::bench {
namespace {

// A thousand reserves of 64 MiB would fill a disk.
agent::JournalOptions small_reserve() {
  agent::JournalOptions options;
  options.reserve_bytes = 64 << 10;
  return options;
}

agent::Settings settings_of(const std::string& name) {
  agent::Settings settings;
  settings.site = SiteName(name);
  settings.telemetry_interval = Millis(30'000);
  settings.agent_version = "bench";
  return settings;
}

agent::Downlink downlink_to(agent::Driver& driver, std::atomic<bool>& ready) {
  agent::Downlink down;
  down.desired = [&driver](agent::DesiredRead read) {
    driver.post(agent::DesiredArrived{std::move(read.bytes), std::move(read.desired), std::move(read.refused_code),
                                      std::move(read.refused_reason)});
  };
  down.hub_state = [&driver, &ready](const sync::HubState& state) {
    driver.post(agent::HubSeen{state});
    if (state.online) ready = true;
  };
  down.message = [&driver](sync::DownMessage message, Instant at) {
    driver.post(agent::FromHub{std::move(message), at});
  };
  down.link = [&driver](bool connected) { driver.link(connected); };
  down.dropped = [&driver](const std::string& code, const std::string& reason) {
    std::fprintf(stderr, "a simulated site dropped a frame: %s\n", reason.c_str());
    driver.post(agent::FrameDropped{code, reason});
  };
  return down;
}

[[noreturn]] void give_up() {
  std::fprintf(stderr, "the journal of a simulated site can not be used\n");
  std::_Exit(1);
}

}  // namespace

void Begun::note(const DeploymentId& deployment, Time at) {
  const std::lock_guard lock(mutex_);
  times_.emplace(deployment, at);
}

std::map<DeploymentId, Begun::Time> Begun::all() const {
  const std::lock_guard lock(mutex_);
  return times_;
}

WatchedJournal::WatchedJournal(const std::string& path, Begun& begun)
    : journal_(agent::SqliteJournal::open(path, small_reserve()).value()), begun_(begun) {}

Result<void> WatchedJournal::commit(const agent::JournalBatch& batch) {
  auto done = journal_->commit(batch);
  const auto at = std::chrono::steady_clock::now();
  for (const agent::OutboxRow& row : batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* changed = report == nullptr ? nullptr : std::get_if<rollout::RolloutChanged>(report);
    if (done.ok() && changed != nullptr) begun_.note(changed->status.deployment, at);
  }
  return done;
}

SimulatedSite::SimulatedSite(const Centre& centre, const std::string& name, signing::SecretKey key, Begun& begun)
    : journal_(centre.directory() + "/" + name + ".db", begun),
      runtime_(clock_),
      router_(clock_),
      transport_(centre.site_client(name)),
      link_({SiteName(name), SiteEpoch(1), centre.hub_key().id().str()}, transport_, clock_, std::move(key),
            centre.hub_key()),
      driver_(settings_of(name),
              agent::Parts{clock_, journal_, runtime_, router_, artifacts_, metrics_, hooks_, link_,
                           [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }, give_up}) {}

SimulatedSite::~SimulatedSite() {
  transport_.stop();
  driver_.stop();
}

void SimulatedSite::start() {
  if (const auto done = driver_.start([](const std::string&) {}); !done) give_up();
  link_.start(downlink_to(driver_, ready_));
}

}  // namespace depops::bench
