#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "agent/execution/orders_of.h"
#include "agent/execution/view_of.h"
#include "shared/base/moment.h"
#include "shared/sync/frame.h"

// What the site was like while nobody may have been there to hear it. Pure; thread: the loop.
namespace depops::agent {

struct HealthLook {
  Instant at{};
  bool healthy = true;
  std::string problem;
  std::vector<sync::ServiceHealth> services;                        // with the restarts left out
  std::map<SetId, std::pair<ServiceName, std::uint32_t>> restarts;  // since each set was first ordered
};

// What can be seen now, beside what is told of it as telemetry.
HealthLook look_at(const sync::Telemetry& now, const Records& records, const World& world);

// Minutes, and minutes that are alike as one span, in bounded memory: beyond it the oldest are forgotten and counted.
// It is as old as the agent's process.
class HealthHistory {
 public:
  static constexpr std::uint64_t kLeast = 64 << 10, kUsual = 4 << 20, kMost = 16 << 20;  // bytes

  explicit HealthHistory(std::uint64_t bytes = kUsual) : most_(bytes) {}

  // Whether it is time for another look.
  bool wants(const Moment& now) const { return is_over(kLookEvery, seen_, now); }
  void see(const HealthLook& look, const Moment& now);
  // The span that is still going on can be told: somebody is there again.
  void close();

  // What to tell now, oldest first; the same again, at ever longer intervals, until it was taken.
  std::vector<sync::HealthSpan> due(const Moment& now);
  void taken(const sync::HealthTaken& taken);

  std::uint64_t dropped() const { return dropped_; }
  std::size_t waiting() const { return ring_.size(); }

 private:
  static constexpr Millis kLookEvery{10'000};
  static constexpr Millis kPatience{10'000}, kPatienceMost{300'000};

  void fold(const HealthLook& look);
  void end_minute();
  void keep(sync::HealthSpan span);

  std::uint64_t most_;
  std::uint64_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::optional<Stamp> seen_;
  std::optional<sync::HealthSpan> minute_;  // under way
  std::optional<sync::HealthSpan> open_;    // ended minutes that may grow
  std::deque<sync::HealthSpan> ring_;
  std::map<SetId, std::uint32_t> restarts_;
  std::size_t told_ = 0;  // of the ring's beginning, not taken yet
  std::optional<Stamp> told_at_;
  Millis patience_ = kPatience;
};

}  // namespace depops::agent
