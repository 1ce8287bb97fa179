#pragma once

#include "agent/ports/hooks.h"

namespace depops::agent {

// What others want of a run meanwhile, each more than the one before.
enum class Wish {
  stay,  // that it goes on
  end,   // that it ends and has no effect from then on
  go,    // that nobody waits for it any more: the agent ends, and the Job goes on
};

// A run's way to wait. Thread: that of the run.
class Patience {
 public:
  virtual ~Patience() = default;
  virtual Wish wish() const = 0;
  // Passes the time. False, and at once: more is wanted than this.
  virtual bool wait(Millis time, Wish at_most) const = 0;
};

// Carries out hooks and measurements that are Jobs of a cluster.
class JobRunner {
 public:
  virtual ~JobRunner() = default;
  // Begins the Job, or finds the one that was begun for the same order, and waits for its end. `running`: it was to go.
  // Pre: the call is a Job, and the order has its version. Thread: any, several at once.
  virtual rollout::HookFact run(const HookOrder& order, const Patience& patience) = 0;
  // Reads the Jobs of a rehearsal and shows them to the cluster; nothing comes to be. `done`: it would take them all.
  // `no_end`: it or the site never will, with who, place and remedy. `unknown`: it did not answer, ask again.
  // Pre: the call is a rehearsal, and the order has its version. Thread: as above.
  virtual rollout::HookFact rehearse(const HookOrder& order, const Patience& patience) = 0;
  // These are all; whatever else of ours runs is ended, and of what has ended the newest are kept. Called before the
  // first of them begins. Returns at once.
  virtual void tidy(const HookOrders& orders) = 0;
};

}  // namespace depops::agent
