#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/e2e/stage/site.h"

namespace depops::faults {

using Complaints = std::vector<std::string>;

// What one site has done that can not be taken back, as the plans of its rollouts have it.
struct Planned {
  std::map<std::string, std::size_t> starts;  // of instances, by version
  std::size_t hooks = 0;
  std::string stable;     // the version that is left
  bool refused = false;   // the site refused the newest document: it holds an older one
  bool may_fail = false;  // requests: the fault itself takes them
};

// The books of a stage: what hub and sites have written down, compared with each other and with what the machine really
// did. It asks nobody who could be wrong: it reads the files of both sides, the processes and the logs.
class Ledger {
 public:
  explicit Ledger(stage::Stage& stage) : stage_(stage) {}
  void watch(stage::Site& site) { sites_.push_back(&site); }
  Planned& planned(const stage::Site& site) { return planned_[site.name()]; }

  // The invariants after every fault: all are of one mind again within the time given, nothing that was acknowledged is
  // missing, nothing happened twice, every leaf is what its hash says, no generation and no epoch is lower than it was
  // at any call before. Trouble names every one that does not hold.
  void check(stage::Seconds converged_within);
  // Notes how high generations and epochs are by now. Call it while the fault lasts.
  void note();

 private:
  Complaints all();
  Complaints minds(stage::Site& site);
  Complaints effects(stage::Site& site);

  stage::Stage& stage_;
  std::vector<stage::Site*> sites_;
  std::map<std::string, Planned> planned_;
  std::map<std::string, std::uint64_t> highest_;  // "hub fra-1 generation"
};

}  // namespace depops::faults
