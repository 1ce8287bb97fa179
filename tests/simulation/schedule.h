#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/bugs.h"

namespace depops::simulation {

enum class Cause : std::uint8_t { fault, people };

// One thing that a schedule did to the system. Its draws hang on the seed, the place and the turn alone: without it all
// others stay as they are.
struct Happening {
  std::uint32_t where = 0;  // 0 to 2: a site; kHub: the hub
  std::uint32_t turn = 0;
  Cause cause = Cause::fault;
  auto operator<=>(const Happening&) const = default;
};
inline constexpr std::uint32_t kHub = 9;

// "0.12.fault,9.40.people" and back.
std::string write(const std::set<Happening>& happenings);
std::optional<std::set<Happening>> read_happenings(const std::string& text);

// Which strategies a schedule's rollouts have.
enum class Family : std::uint8_t { any, rolling, canary, dynamic, header, blue_green, batch, ratio };
inline constexpr int kFamilies = 8;
const char* name_of(Family family) noexcept;

// All that decides what happens.
struct Schedule {
  std::uint64_t seed = 1;
  Bug bug = Bug::none;
  Family family = Family::any;
  bool fleet = false;                         // a hub and three sites; else one site
  std::optional<std::set<Happening>> only{};  // nothing else happens
  bool tell = false;
  bool parted = false;  // a hub and sites that lose sight of each other (parted.h)
};

struct Played {
  std::uint64_t events = 0;
  std::uint64_t faults = 0;
  std::uint64_t coalesced = 0;  // reports of progress that were left out
  std::string violation;        // empty: all held
  std::vector<Happening> happened;
  std::vector<std::string> story;
};

// Rows of the transition table that were taken are counted into `rows`.
Played play(const Schedule& schedule, std::vector<std::uint64_t>& rows);

// The same breach with as little as possible: happenings are left out while what remains still breaks the same promise
// (delta debugging: Zeller and Hildebrandt 2002).
Schedule shrunk(const Schedule& failing, const Played& failure, int most_plays);

}  // namespace depops::simulation
