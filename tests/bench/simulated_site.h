#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "agent/driver/driver.h"
#include "agent/journal_sqlite/sqlite_journal.h"
#include "agent/link/link.h"
#include "shared/clock/system_clock.h"
#include "tests/bench/centre.h"
#include "tests/bench/ready_parts.h"

namespace depops::bench {

// When each deployment was first recorded as begun by a site: the moment its commit returned.
class Begun {
 public:
  using Time = std::chrono::steady_clock::time_point;
  void note(const DeploymentId& deployment, Time at);
  std::map<DeploymentId, Time> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<DeploymentId, Time> times_;
};

// The agent's own journal; tells when the start of a rollout is durable.
class WatchedJournal final : public agent::Journal {
 public:
  WatchedJournal(const std::string& path, Begun& begun);

  Result<agent::Loaded> load() override { return journal_->load(); }
  Result<void> commit(const agent::JournalBatch& batch) override;
  Result<std::vector<std::string>> read(sync::Stream stream, Sequence first, std::uint64_t max_entries,
                                        std::uint64_t max_bytes) override {
    return journal_->read(stream, first, max_entries, max_bytes);
  }
  Result<sync::StreamPosition> prune(sync::Stream stream, Sequence acked, Instant now) override {
    return journal_->prune(stream, acked, now);
  }
  Result<std::uint64_t> next_session() override { return journal_->next_session(); }

 private:
  std::unique_ptr<agent::SqliteJournal> journal_;
  Begun& begun_;
};

// The agent of one site as depops-agent runs it: driver, SQLite journal, link, TLS to the broker. Only what it acts
// upon does nothing.
class SimulatedSite {
 public:
  SimulatedSite(const Centre& centre, const std::string& name, signing::SecretKey key, Begun& begun);
  ~SimulatedSite();

  void start();
  bool ready() const { return ready_; }  // connected, and heard that the hub is there

 private:
  clock::SystemClock clock_;
  WatchedJournal journal_;
  ReadyRuntime runtime_;
  ReadyRouter router_;
  ReadyArtifacts artifacts_;
  NoMetrics metrics_;
  NoHooks hooks_;
  mqtt::MqttTransport transport_;
  agent::Link link_;
  agent::Driver driver_;
  std::atomic<bool> ready_{false};
};

}  // namespace depops::bench
