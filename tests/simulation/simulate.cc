#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "shared/rollout/transition_table.h"
#include "tests/simulation/fleet.h"
#include "tests/simulation/parted.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/world.h"

namespace depops::simulation {
namespace {

constexpr std::uint32_t kEvents = 130;       // with faults; coming to rest adds about as many
constexpr std::uint32_t kFleetEvents = 700;  // of a hub and three sites
constexpr std::uint64_t kFleetEvery = 4;     // every fourth schedule is one of a fleet, the others of one site

struct Options {
  std::uint64_t seeds = 20'000;
  std::uint64_t first = 1;
  std::uint64_t fleet_every = kFleetEvery;
  Family family = Family::any;
  std::optional<std::set<Happening>> only;
  bool bugs = false;
  bool tell = false;
  bool parted = false;  // only those
  Parting parting{0, 3};
};

Schedule schedule_of(const Options& options, std::uint64_t seed, Bug bug) {
  const bool fleet = options.family == Family::any && seed % options.fleet_every == 0;
  const bool parted =
      options.parted || bug == Bug::hide_generation || bug == Bug::lose_reserve || bug == Bug::no_tokens;
  return {seed, bug, options.family, fleet && !parted, options.only, options.tell, parted};
}

struct Totals {
  std::uint64_t events = 0;
  std::uint64_t faults = 0;
  std::uint64_t coalesced = 0;
  std::vector<std::uint64_t> rows = std::vector<std::uint64_t>(rollout::kTransitions.size(), 0);
  std::uint64_t failed_seed = 0;
  std::string violation;
};

Totals explore(const Options& options, Bug bug, std::uint64_t offset, std::uint64_t stride, std::atomic<bool>& stop) {
  Totals totals;
  for (std::uint64_t i = offset; i < options.seeds && !stop; i += stride) {
    const std::uint64_t seed = options.first + i;
    const Played result = play(schedule_of(options, seed, bug), totals.rows);
    totals.events += result.events;
    totals.faults += result.faults;
    totals.coalesced += result.coalesced;
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
  totals.coalesced += other.coalesced;
  for (std::size_t i = 0; i < totals.rows.size(); ++i) totals.rows[i] += other.rows[i];
  if (totals.violation.empty()) {
    totals.failed_seed = other.failed_seed;
    totals.violation = other.violation;
  }
  return totals;
}

Played tell(Schedule schedule) {
  schedule.tell = true;
  std::vector<std::uint64_t> rows(rollout::kTransitions.size(), 0);
  Played result = play(schedule, rows);
  for (const std::string& line : result.story) std::printf("  %s\n", line.c_str());
  std::printf("seed=%llu %s\n", static_cast<unsigned long long>(schedule.seed), result.violation.c_str());
  return result;
}

std::string words_of(const Options& options, const Schedule& schedule) {
  std::string words = "--seed " + std::to_string(schedule.seed);
  if (options.fleet_every == 1) words += " --fleets";
  if (options.parted) words += " --parted";
  if (options.family != Family::any) words += std::string(" --strategy ") + name_of(options.family);
  if (schedule.only) words += " --only " + write(*schedule.only);
  return words;
}

// The schedule that broke a promise, made as small as it goes, told from beginning to end.
int tell_smallest(const Options& options, const Totals& totals, Bug bug) {
  const Schedule whole = schedule_of(options, totals.failed_seed, bug);
  std::vector<std::uint64_t> rows(rollout::kTransitions.size(), 0);
  const Played failure = play(whole, rows);
  const Schedule small = shrunk(whole, failure, 2'000);
  tell(small);
  std::printf("%zu of the %zu things that happened are enough\nagain: --tell %s\nwhole: --tell %s\n",
              small.only->size(), failure.happened.size(), words_of(options, small).c_str(),
              words_of(options, whole).c_str());
  return 1;
}

int report(const Options& options, const Totals& totals) {
  if (!totals.violation.empty()) return tell_smallest(options, totals, Bug::none);
  std::size_t missing = 0;
  for (std::size_t i = 0; i < totals.rows.size(); ++i) {
    const rollout::Transition& row = rollout::kTransitions[i];
    std::printf("%10llu  %-9s %-13s -> %s\n", static_cast<unsigned long long>(totals.rows[i]), name_of(row.from),
                name_of(row.on), name_of(row.next));
    missing += totals.rows[i] == 0 ? 1 : 0;
  }
  std::printf("%llu schedules, %llu events, %llu faults, %llu reports coalesced, %zu of %zu rows taken\n",
              static_cast<unsigned long long>(options.seeds), static_cast<unsigned long long>(totals.events),
              static_cast<unsigned long long>(totals.faults), static_cast<unsigned long long>(totals.coalesced),
              totals.rows.size() - missing, totals.rows.size());
  const bool all = options.seeds >= 20'000 && options.family == Family::any && !options.parted;
  return all && missing > 0 ? 1 : 0;
}

// A found bug must still be found in the smaller schedule.
bool shrinks(const Options& options, const Totals& totals, Bug bug) {
  const Schedule whole = schedule_of(options, totals.failed_seed, bug);
  std::vector<std::uint64_t> rows(rollout::kTransitions.size(), 0);
  const Played failure = play(whole, rows);
  const Schedule small = shrunk(whole, failure, 100);
  const Played again = play(small, rows);
  std::printf("%24s %zu of %zu happenings are enough: %s\n", "", small.only->size(), failure.happened.size(),
              again.violation.c_str());
  return !failure.violation.empty() && !again.violation.empty();
}

int find_bugs(const Options& options) {
  int missed = 0;
  for (int i = 1; i < kBugs; ++i) {
    const Bug bug = static_cast<Bug>(i);
    const Totals totals = explore_all(options, bug);
    const bool found = !totals.violation.empty();
    std::printf("%-24s %s seed %llu: %s\n", name_of(bug), found ? "found" : "MISSED",
                static_cast<unsigned long long>(totals.failed_seed), totals.violation.c_str());
    missed += found && shrinks(options, totals, bug) ? 0 : 1;
    std::fflush(stdout);
  }
  return missed == 0 ? 0 : 1;
}

// One schedule of so many sites and days.
int part(const Options& options) {
  std::vector<std::uint64_t> rows(rollout::kTransitions.size(), 0);
  Parted parted(schedule_of(options, options.first, Bug::none), options.parting, rows);
  const Played played = parted.run();
  for (const std::string& line : played.story) std::printf("  %s\n", line.c_str());
  std::printf("%u sites, %u days apart, %llu events, %llu faults, all know the same within %.1f s %s\n",
              options.parting.sites, options.parting.days, static_cast<unsigned long long>(played.events),
              static_cast<unsigned long long>(played.faults), static_cast<double>(parted.slowest().count()) / 1000.0,
              played.violation.c_str());
  return played.violation.empty() ? 0 : 1;
}

[[noreturn]] void refuse(const std::string& what) {
  std::fprintf(stderr, "depops-simulate: %s\n", what.c_str());
  std::exit(2);
}

Family family_of(const std::string& name) {
  std::string known;
  for (int i = 0; i < kFamilies; ++i) {
    if (name == name_of(static_cast<Family>(i))) return static_cast<Family>(i);
    known += std::string(" ") + name_of(static_cast<Family>(i));
  }
  refuse("--strategy " + name + ": there are" + known);
}

std::uint64_t number_of(const std::string& word, const std::string& text) {
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0') refuse(word + " " + text + ": must be a number");
  return number;
}

void take_value(Options& options, const std::string& word, const std::string& value) {
  if (word == "--seeds") {
    options.seeds = number_of(word, value);
  } else if (word == "--seed") {
    options.first = number_of(word, value);
  } else if (word == "--strategy") {
    options.family = family_of(value);
  } else if (word == "--sites") {
    options.parting.sites = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(number_of(word, value), 1, 1'000));
  } else if (word == "--partition-days") {
    options.parting.days = static_cast<std::uint32_t>(std::min<std::uint64_t>(number_of(word, value), 365));
  } else if (word == "--only") {
    options.only = read_happenings(value);
    if (!options.only) refuse("--only " + value + ": must be as a failing run printed it");
  } else {
    refuse("unknown option " + word);
  }
}

int run(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--bugs") {
      options.bugs = true;
    } else if (word == "--tell") {
      options.tell = true;
    } else if (word == "--parted") {
      options.parted = true;
    } else if (word == "--fleets") {
      options.fleet_every = 1;
    } else if (i + 1 < count) {
      take_value(options, word, words[++i]);
    } else {
      refuse("unknown option " + word + ", or its value is missing");
    }
  }
  if (options.parting.sites > 0) return part(options);
  if (options.bugs) return find_bugs(options);
  if (options.tell) return tell(schedule_of(options, options.first, Bug::none)), 0;
  return report(options, explore_all(options, Bug::none));
}

}  // namespace

Played play(const Schedule& schedule, std::vector<std::uint64_t>& rows) {
  if (schedule.parted) return Parted(schedule, {2 + static_cast<std::uint32_t>(schedule.seed / 8 % 3), 2}, rows).run();
  if (schedule.fleet) return Fleet(schedule, rows).run(kFleetEvents);
  return World(schedule, rows).run(kEvents);
}

const char* name_of(Family family) noexcept {
  static constexpr const char* kNames[] = {"any",    "rolling",   "canary", "dynamic",
                                           "header", "blueGreen", "batch",  "ratio"};
  return kNames[static_cast<int>(family)];
}

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
                                           "hub_lose_commit",
                                           "keep_routes",
                                           "forget_size",
                                           "shrink_with_requests",
                                           "believe_in_weights",
                                           "double_approvals",
                                           "repeat_lost_hooks",
                                           "forget_hooks",
                                           "lose_companions",
                                           "hide_generation",
                                           "no_tokens",
                                           "lose_reserve",
                                           "coalesce_terminal",
                                           "coalesce_sent",
                                           "believe_the_clock"};
  return kNames[static_cast<int>(bug)];
}

}  // namespace depops::simulation

int main(int count, char** words) { return depops::simulation::run(count, words); }
