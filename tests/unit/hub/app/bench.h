#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hub/app/hub.h"
#include "hub/app/world.h"
#include "tests/support/fake_codec.h"
#include "tests/support/memory_store.h"

// A hub over a store in memory, and sites that do as they are told.
namespace depops::tests {

inline Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(1'700'000'000 + seconds)); }

class Bench {
 public:
  FakeCodec codec;
  MemoryStore store;
  hub::Catalog catalog;
  std::optional<hub::Hub> hub;
  Moment now{at(0), Millis{0}, BootId("boot")};
  Actor who{"admin"};                // asks
  std::vector<hub::Effect> effects;  // all since the last take_effects()
  std::optional<Instant> wake;

  Bench() { restart(); }

  // Throws the hub away and loads it from what was committed.
  void restart();
  void pass(Millis time) {
    now.wall += time;
    now.boottime += time;
  }
  // Steps and commits. False: the commit failed; the hub was loaded again and nothing happened.
  bool give(const hub::Input& input);
  hub::Answer ask(hub::Request request, const std::string& key = "", bool dry_run = false);
  std::vector<hub::Effect> take_effects() { return std::exchange(effects, {}); }

  // staging: stg-1; production: wave "one" with fra-1, wave "two" with sin-1 and sin-2, after staging. Versions 1.0,
  // 1.1, 1.2 of checkout.
  void set_up(rollout::RollbackScope scope = rollout::RollbackScope::wave, Millis bake = Millis{0});

  const hub::Deployment& deployment(const std::string& id) const;
  const hub::Rollout& rollout(const std::string& id) const;
  bool has_rollout(const std::string& id) const;

 private:
  bool take(hub::Output output);
};

// A site's side, played by hand: it obeys documents, writes reports and sends them.
class ToySite {
 public:
  ToySite(Bench& bench, const std::string& name) : bench_(bench), name_(name) {}

  const SiteName& name() const { return name_; }
  // The newest document; older ones are ignored.
  void obey(const sync::Desired& desired);
  // Reports a state of the rollout of the service and writes its leaf.
  void report(const std::string& rollout, rollout::State state, const std::string& reason = "", bool exposed = true);
  void write(const rollout::Report& report);
  sync::Run unsent(sync::Stream stream) const;  // all that is not acknowledged
  void acknowledged(const sync::Ack& ack);
  sync::Sender sender() const { return {name_, SiteEpoch(1), "0123456789abcdef0123456789abcdef", 1}; }
  hub::Input frame(sync::UpMessage message) const { return hub::FromSite{sender(), std::move(message)}; }
  // Says Hello to a hub that was loaded since, as an agent does.
  void greet();
  // Sends what is not acknowledged and takes the hub's answers and documents, nothing lost.
  void exchange();
  const std::optional<sync::Desired>& held() const { return held_; }
  const std::vector<std::string>& entries(sync::Stream stream) const { return outbox_.at(stream); }

 private:
  Bench& bench_;
  SiteName name_;
  std::optional<sync::Desired> held_;
  std::map<sync::Stream, std::vector<std::string>> outbox_{{sync::Stream::events, {}}, {sync::Stream::audit, {}}};
  std::map<sync::Stream, Sequence> acked_;
};

// Gives every effect of the hub to the site it is for.
void deliver(Bench& bench, std::vector<ToySite*> sites);

}  // namespace depops::tests
