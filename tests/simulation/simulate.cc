#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "shared/rollout/transition_table.h"
#include "tests/simulation/fleet.h"
#include "tests/simulation/world.h"

namespace depops::simulation {
namespace {

constexpr std::uint32_t kEvents = 130;       // with faults; coming to rest adds about as many
constexpr std::uint32_t kFleetEvents = 700;  // of a hub and three sites
constexpr std::uint64_t kFleetEvery = 4;     // every fourth schedule is one of a fleet, the others of one site

Result play(std::uint64_t seed, std::uint64_t fleet_every, Bug bug, std::vector<std::uint64_t>& rows, bool tell) {
  if (seed % fleet_every == 0) return Fleet(seed, bug, rows, tell).run(kFleetEvents);
  return World(seed, bug, rows, tell).run(kEvents);
}

struct Options {
  std::uint64_t seeds = 20'000;
  std::uint64_t first = 1;
  std::uint64_t fleet_every = kFleetEvery;
  bool bugs = false;
  bool tell = false;
};

struct Totals {
  std::uint64_t events = 0;
  std::uint64_t faults = 0;
  std::vector<std::uint64_t> rows = std::vector<std::uint64_t>(rollout::kTransitions.size(), 0);
  std::uint64_t failed_seed = 0;
  std::string violation;
};

Totals explore(const Options& options, Bug bug, std::uint64_t offset, std::uint64_t stride, std::atomic<bool>& stop) {
  Totals totals;
  for (std::uint64_t i = offset; i < options.seeds && !stop; i += stride) {
    const std::uint64_t seed = options.first + i;
    const Result result = play(seed, options.fleet_every, bug, totals.rows, false);
    totals.events += result.events;
    totals.faults += result.faults;
    if (result.violation.empty()) continue;
    totals.failed_seed = seed;
    totals.violation = result.violation;
    stop = true;
  }
  return totals;
}

Totals explore_all(const Options& options, Bug bug) {
  std::atomic<bool> stop{false};
  Totals other;
  std::thread thread([&] { other = explore(options, bug, 1, 2, stop); });
  Totals totals = explore(options, bug, 0, 2, stop);
  thread.join();
  totals.events += other.events;
  totals.faults += other.faults;
  for (std::size_t i = 0; i < totals.rows.size(); ++i) totals.rows[i] += other.rows[i];
  if (totals.violation.empty()) {
    totals.failed_seed = other.failed_seed;
    totals.violation = other.violation;
  }
  return totals;
}

void tell(const Options& options, std::uint64_t seed) {
  std::vector<std::uint64_t> rows(rollout::kTransitions.size(), 0);
  const Result result = play(seed, options.fleet_every, Bug::none, rows, true);
  for (const std::string& line : result.story) std::printf("  %s\n", line.c_str());
  std::printf("seed=%llu %s\n", static_cast<unsigned long long>(seed), result.violation.c_str());
}

int report(const Options& options, const Totals& totals) {
  if (!totals.violation.empty()) {
    tell(options, totals.failed_seed);
    std::printf("again: --seed %llu --seeds 1%s\n", static_cast<unsigned long long>(totals.failed_seed),
                options.fleet_every == 1 ? " --fleets" : "");
    return 1;
  }
  std::size_t missing = 0;
  for (std::size_t i = 0; i < totals.rows.size(); ++i) {
    const rollout::Transition& row = rollout::kTransitions[i];
    std::printf("%10llu  %-9s %-13s -> %s\n", static_cast<unsigned long long>(totals.rows[i]), name_of(row.from),
                name_of(row.on), name_of(row.next));
    missing += totals.rows[i] == 0 ? 1 : 0;
  }
  std::printf("%llu schedules, %llu events, %llu faults, %zu of %zu rows taken\n",
              static_cast<unsigned long long>(options.seeds), static_cast<unsigned long long>(totals.events),
              static_cast<unsigned long long>(totals.faults), totals.rows.size() - missing, totals.rows.size());
  return options.seeds >= 20'000 && missing > 0 ? 1 : 0;
}

int find_bugs(const Options& options) {
  int missed = 0;
  for (int i = 1; i < kBugs; ++i) {
    const Bug bug = static_cast<Bug>(i);
    const Totals totals = explore_all(options, bug);
    const bool found = !totals.violation.empty();
    std::printf("%-24s %s seed %llu: %s\n", name_of(bug), found ? "found" : "MISSED",
                static_cast<unsigned long long>(totals.failed_seed), totals.violation.c_str());
    std::fflush(stdout);
    missed += found ? 0 : 1;
  }
  return missed == 0 ? 0 : 1;
}

int run(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--bugs") options.bugs = true;
    if (word == "--tell") options.tell = true;
    if (word == "--fleets") options.fleet_every = 1;
    if (word == "--seeds" && i + 1 < count) options.seeds = std::strtoull(words[++i], nullptr, 10);
    if (word == "--seed" && i + 1 < count) options.first = std::strtoull(words[++i], nullptr, 10);
  }
  if (options.bugs) return find_bugs(options);
  if (options.tell) return tell(options, options.first), 0;
  return report(options, explore_all(options, Bug::none));
}

}  // namespace

const char* name_of(Bug bug) noexcept {
  static constexpr const char* kNames[] = {"none",
                                           "act_before_commit",
                                           "release_undrained",
                                           "weight_before_capacity",
                                           "shrink_early",
                                           "believe_stale_facts",
                                           "reuse_order_numbers",
                                           "forget_floor",
                                           "forget_pauses",
                                           "forget_commands",
                                           "lose_outbox_row",
                                           "trust_wall_clock",
                                           "hub_act_before_commit",
                                           "hub_lose_commit"};
  return kNames[static_cast<int>(bug)];
}

}  // namespace depops::simulation

int main(int count, char** words) { return depops::simulation::run(count, words); }
