#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/e2e/crash/case.h"
#include "tests/e2e/stage/site.h"

namespace depops::crash {

// What a site had counted when a rollout began.
struct Before {
  std::size_t starts = 0;
  std::size_t requests = 0;
  std::size_t hooks = 0;
  std::uint64_t leaves = 0;  // number of the agent's last audit leaf
};

// A rollout that is over, and what it leads to.
struct Rollout {
  Kind kind = Kind::good;
  std::string deployment;
  std::string version;  // that was rolled out
  std::string stable;   // that ran before
};

bool fails_by_design(Kind kind);  // its version answers some requests with status 500 and is rolled back
std::string final_version(const Rollout& rollout);

// "" once the site is as the rollout must leave it: two instances of the right version, all the weight with them,
// nothing else running, agent and hub of one mind. Else what is different.
// `view`: what the agent shows.
std::string unrest(stage::Stage& stage, stage::Site& site, const json::Value& view, const Rollout& rollout);

// Every request of the stream since then was answered, with status 200 but for what the bad version failed.
void check_requests(stage::Site& site, const Rollout& rollout, const Before& before, std::vector<std::string>& faults);

// As many instances were started as planned, each of them once.
void check_starts(stage::Site& site, const Rollout& rollout, const Before& before, std::vector<std::string>& faults);

// The agent's decisions as the hub holds them: every leaf once, in order, none missing. Moves `before` on.
std::vector<std::string> check_decisions(stage::Stage& stage, stage::Site& site, Before& before,
                                         std::vector<std::string>& faults);

// No measurement is there twice. (Of other events two can be alike: two changes within a millisecond.)
void check_measurements(stage::Stage& stage, const Rollout& rollout, std::vector<std::string>& faults);

}  // namespace depops::crash
