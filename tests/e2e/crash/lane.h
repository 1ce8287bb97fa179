#pragma once

#include <string>

#include "tests/e2e/crash/case.h"
#include "tests/e2e/crash/scene.h"
#include "tests/e2e/crash/verdict.h"

namespace depops::crash {

// One site on which rollouts run one after the other, each with a version of its own. The first must be of kind fresh.
// Thread: one.
class Lane {
 public:
  Lane(stage::Stage& stage, const std::string& name, unsigned disk_mebibytes = 0);  // 0: the machine's own disk

  Outcome run(const Case& one);

 private:
  void carry_out(const Case& one, Outcome& outcome);
  void start(const Case& one);
  void start_first(const Case& one);
  void clear_away();
  bool follow(const Case& one, Scene& scene);
  void disarm();
  void look_after(const Case& one);

  stage::Stage& stage_;
  stage::Site site_;
  int rollouts_ = 0;
  Rollout rollout_;
  std::string stable_;  // "" at first
  bool died_ = false;
  Before before_;
  std::vector<std::string> ignored_;
};

}  // namespace depops::crash
