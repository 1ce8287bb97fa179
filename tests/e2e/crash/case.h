#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace depops::crash {

// What happens around the rollout in which the agent dies.
enum class Kind {
  good,   // a canary that completes
  bad,    // a canary whose new version fails requests: rolled back
  fresh,  // the first start of an agent and the first deployment on its site
  local,  // a canary that a person at the site pauses and resumes
  death,  // a canary during which an instance of the old version is killed
  gap,    // a canary during which a hub restored from an old copy asks for what is no longer kept
  full,   // a bad canary during which the journal's disk becomes full
};
inline constexpr Kind kKinds[] = {Kind::good, Kind::bad, Kind::fresh, Kind::local, Kind::death, Kind::gap, Kind::full};

std::string name_of(Kind kind);

// One rollout in which the agent dies at the nth pass of a point. nth 0: at none; the passes are written down.
struct Case {
  Kind kind = Kind::good;
  std::string point;
  std::uint64_t nth = 0;
};

std::string name_of(const Case& one);

struct Outcome {
  std::map<std::string, std::uint64_t> passes;  // of a case without death
  std::vector<std::string> decisions;           // the agent's, as the hub knows them, in order
  std::vector<std::string> faults;              // what is not as it must be; empty: all is well
  bool missed = false;                          // the rollout ended before the agent came by so often
};

using Passes = std::map<Kind, std::map<std::string, std::uint64_t>>;

// The cases that take every point, from the passes that were seen; `unpassed` gets the points that no kind comes by.
std::vector<Case> cases_for(const Passes& passes, std::vector<std::string>& unpassed);

// Further ones at points and passes drawn at random.
std::vector<Case> random_cases(const Passes& passes, std::size_t count, std::uint64_t seed);

}  // namespace depops::crash
