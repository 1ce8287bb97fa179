#pragma once

#include <string>

#include "shared/json/value.h"
#include "tests/e2e/crash/case.h"
#include "tests/e2e/stage/site.h"

namespace depops::crash {

// What happens at the site during a rollout, by its kind; each thing once.
class Scene {
 public:
  Scene(Kind kind, stage::Site& site, std::string stable);
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  void before_start();                   // while no agent runs
  void look(const json::Value& status);  // again and again; a null value while the agent does not answer
  bool over() const { return over_; }    // nothing of it is still to come

 private:
  void pause_and_resume(const json::Value& status);
  void kill_one_of_stable(const json::Value& status);
  void fill_disk(const json::Value& status);
  void prune_all();
  void ask_for_what_is_gone();

  Kind kind_;
  stage::Site& site_;
  std::string stable_;
  bool paused_ = false;
  bool over_;
};

}  // namespace depops::crash
