#pragma once

#include <chrono>
#include <string>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/jobs/notes.h"
#include "agent/kubernetes/manifests/job_objects.h"
#include "agent/kubernetes/words/words.h"
#include "agent/ports/job_runner.h"

namespace depops::agent::kubernetes {

struct ErrandRules {
  Millis first_look{500};  // after it began; each next pause is half as long again
  Millis longest_pause{5'000};
  Millis beyond_limit{30'000};  // how long a server that does not answer is asked after the limit
  Millis until_gone{60'000};    // how long the pods of a Job that was removed may take to end
};

// One run of a Job, from its creation or the finding of it to its end. Thread: one.
class Errand {
 public:
  Errand(Connection& connection, const JobNotes& notes, JobObjects objects, const Patience& patience,
         ErrandRules rules);

  rollout::HookFact carry_out(Millis timeout);
  bool unsure() const { return unsure_; }  // whether it was made is not known, and nobody waits for it

 private:
  using Fact = rollout::HookFact;
  using SteadyClock = std::chrono::steady_clock;

  // Nothing: go on. Else what became of it.
  std::optional<Fact> make();
  std::optional<Fact> take_over();
  std::optional<Fact> begun(const Uid& uid);
  std::optional<Fact> attach();
  std::optional<Fact> look();
  Fact past_limit(Millis timeout);
  Fact wanted_away();
  void end_it();
  std::string said_by_pods();
  std::string log_of(const ObjectKey& pod, const Voice& voice);
  Fact fact(rollout::HookOutcome outcome, const std::string& text) const;

  const JobNotes& notes_;
  const JobObjects objects_;
  const ObjectKey key_;
  const Patience& patience_;
  const ErrandRules rules_;
  Client client_;   // waits as long as the run is wanted
  Client closing_;  // ... as long as the agent stays
  std::optional<Uid> uid_;
  bool attached_ = false;
  bool unsure_ = false;
  std::string trouble_;  // why nothing is known at the moment
};

}  // namespace depops::agent::kubernetes
