#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/app/effect.h"
#include "agent/app/health_history.h"
#include "agent/app/input.h"
#include "agent/app/spool.h"
#include "agent/app/trusted_time.h"
#include "agent/ports/journal.h"
#include "agent/ports/router.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/trust/accept_root.h"

// The agent of one site as a value: inputs in, one batch to commit and effects out. It reads no clock, starts no thread
// and touches nothing. Rule of the driver, in this order: commit output.batch; carry out output.effects; acknowledge
// the input. Several outputs may be committed together as long as their order is kept. If a commit fails, throw the
// Agent away and build a new one from Journal::load(): what was not committed did not happen. Thread: the loop thread.
namespace depops::agent {

// What may begin where the trust root says production while nobody vouches for the time, after a reboot without a hub.
enum class UntrustedTime { hold, start };

// The trust root that was pinned when the site was set up; a newer one that the journal holds goes before it.
struct TrustSettings {
  trust::SignedRoot root;
  EnvironmentName environment;  // the site's: the hub has no say in it
  trust::Verifies verifies = nullptr;
  UntrustedTime untrusted_time = UntrustedTime::hold;
};

struct Settings {
  SiteName site;
  SiteEpoch site_epoch{1};
  Generation least_generation{};  // told when the site joined; nothing older is obeyed
  HubEpoch least_hub_epoch{};     // likewise
  Instant least_time{};           // it is not earlier than that
  Millis telemetry_interval{10'000};
  Millis hello_interval{300'000};
  std::uint64_t spool_entries = Spool::kUsual;         // that may wait for the hub; see Spool
  std::uint64_t health_bytes = HealthHistory::kUsual;  // for what the site was like; see HealthHistory
  std::uint64_t coalesce_after = 1'000;                // with so many reports to tell, superseded progress is left out
  std::string agent_version;
  RouterCapabilities router{.weights = true, .headers = true, .cookies = true};  // what the site's router can do
  bool jobs = false;                     // the site is a namespace of a cluster: Jobs can be run here
  std::optional<TrustSettings> trust{};  // absent: the hub's signature is enough
};

struct Output {
  JournalBatch batch;
  std::vector<Effect> effects;
};

class Agent {
 public:
  // `desired` is the document in `loaded` as the edge verified and decoded it again; absent if there is none.
  Agent(Settings settings, Loaded loaded, const Moment& now);
  ~Agent();
  Agent(Agent&&) noexcept;
  Agent& operator=(Agent&&) noexcept;

  // First call after construction: Tick. Call with Tick at a steady pace, at least every 500 ms while busy() and every
  // 5 s else.
  Output step(const Input& input, const Moment& now);

  // Whether a rollout is under way: timers matter now.
  bool busy() const noexcept;

  TimeReading time(const Moment& now) const;

 private:
  class Site;
  std::unique_ptr<Site> site_;
};

}  // namespace depops::agent
