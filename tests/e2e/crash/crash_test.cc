#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "shared/crash_point/crash_point.h"
#include "tests/e2e/crash/walk.h"
#include "tests/e2e/stage/trouble.h"

namespace depops::crash {
namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

// DEPOPS_SLICE=i/n as all slow suites; 0/1 is everything, and then some random cases more. DEPOPS_SEED repeats those,
// DEPOPS_CRASH_ONLY=TEXT takes the cases whose name holds the text.
Settings settings_from_environment() {
  Settings settings;
  const std::string slice = variable("DEPOPS_SLICE");
  if (const auto slash = slice.find('/'); slash != std::string::npos) {
    settings.slice = static_cast<unsigned>(std::strtoul(slice.c_str(), nullptr, 10));
    settings.slices = std::max(1U, static_cast<unsigned>(std::strtoul(slice.c_str() + slash + 1, nullptr, 10)));
    if (settings.slices == 1) settings.random = 30;
  }
  const std::string seed = variable("DEPOPS_SEED");
  settings.seed = seed.empty() ? std::random_device()() : std::strtoull(seed.c_str(), nullptr, 10);
  settings.only = variable("DEPOPS_CRASH_ONLY");
  return settings;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n  ") + line;
  return text;
}

const Report& the_walk() {
  static const Report report = [] {
    const Settings settings = settings_from_environment();
    Report done;
    try {
      done = walk(settings);
    } catch (const stage::Trouble& trouble) {
      done.references.push_back({{}, {{}, {}, {trouble.what()}}});
      return done;
    }
    std::cout << "crash walk: " << done.cases.size() << " of " << done.planned << " cases, slice " << settings.slice
              << "/" << settings.slices;
    if (settings.random > 0) std::cout << ", random ones with DEPOPS_SEED=" << settings.seed;
    std::cout << std::endl;
    return done;
  }();
  return report;
}

void judge(const Finished& one) {
  INFO(name_of(one.one) << ":\n  " << text_of(one.outcome.faults));
  CHECK(one.outcome.faults.empty());
}

}  // namespace

TEST_CASE("every kind of rollout comes to its end while the agent lives") {
  for (const Finished& one : the_walk().references) judge(one);
}

TEST_CASE("every crash point is passed by some kind of rollout") {
  std::vector<std::string> unpassed = the_walk().unpassed;
  if (!the_walk().small_disk) {
    WARN("skipped: no right to mount a small disk, so journal.free is not passed");
    std::erase_if(unpassed, [](const std::string& point) { return point.starts_with("journal.free"); });
  }
  REQUIRE(the_walk().planned > 0);
  INFO("not passed:\n  " << text_of(unpassed));
  CHECK(unpassed.empty());
}

// Where the design's list wants an agent killed, as points of this walk. That it took a message over is the commit of
// what it made of it: nothing is written before, and the broker's own acknowledgement counts for nothing.
TEST_CASE("F1 F2 F3 F4 F5 F6 F8 the walk kills an agent at each of the moments that the design lists") {
  if (!the_walk().references.empty() && the_walk().planned == 0) FAIL("the walk did not begin");
  struct Moment {
    const char* what;
    CrashPoint point;
  };
  constexpr Moment kMoments[] = {{"F1 after what came was taken over", "commit.after"},
                                 {"F2 before that is so", "commit.before"},
                                 {"F3 after the intent was written", "apply-runtime.before"},
                                 {"F4 in the middle of applying it", "process.launch.after"},
                                 {"F5 after it was applied, before the result is written", "apply-runtime.after"},
                                 {"F6 after the result was written, before it is sent", "send-entries.before"},
                                 {"F8 while what is acknowledged is removed", "prune.after"}};
  for (const auto& [moment, point] : kMoments) {
    INFO(moment);
    CHECK(the_walk().points.contains(crash_point_name(point.index())));
  }
}

TEST_CASE("after all these deaths the hub's audit log has no gap, and every leaf is what its hash says") {
  INFO(text_of(the_walk().log));
  CHECK(the_walk().log.empty());
}

TEST_CASE("F1 F2 F3 F4 F5 F6 F8 an agent that dies at a crash point ends the rollout as if it had lived") {
  REQUIRE(the_walk().planned > 0);
  std::map<std::string, int> taken;  // sections of one name are one section, and of them only the first is judged
  for (const Finished& one : the_walk().cases) {
    const int times = ++taken[name_of(one.one)];
    DYNAMIC_SECTION(name_of(one.one) << (times > 1 ? ", time " + std::to_string(times) : "")) { judge(one); }
  }
}

}  // namespace depops::crash
