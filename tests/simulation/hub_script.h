#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/app/input.h"
#include "shared/rollout/report.h"
#include "shared/sync/desired.h"
#include "shared/sync/inbox.h"
#include "tests/simulation/crashy_journal.h"
#include "tests/simulation/hub_end.h"

namespace depops::simulation {

// Stands for the hub: one desired state, what it learnt, and answers to what comes up. Its database never fails here.
class HubScript : public HubEnd {
 public:
  explicit HubScript(const CrashyJournal& journal);

  void deploy(rollout::Plan plan, bool supersede);
  void ask(rollout::Verb verb, std::optional<std::uint32_t> expected_step, std::optional<std::uint32_t> replicas,
           const char* who, Instant now);
  // The newest document, with all verbs that were not answered.
  agent::DesiredArrived document(Instant now) const override;
  bool has_document() const override { return desired_.generation.value() > 0; }

  // Takes a message of the site; what it answers goes back over the same pipe.
  std::vector<sync::DownMessage> take(std::uint64_t session, const sync::UpMessage& message,
                                      const Moment& now) override;

  std::uint64_t received(sync::Stream stream) const override {
    return received_[stream == sync::Stream::events ? 0 : 1];
  }
  bool is_script() const override { return true; }
  bool under_way() const { return !last_.empty() && !rollout::is_ended(state_); }
  const std::string& last() const { return last_; }
  std::string problem() const override { return problem_; }

 private:
  void learn(const agent::OutboxRow& row);
  void learn(const rollout::RolloutStatus& status);

  const CrashyJournal& journal_;
  sync::Inbox inbox_;
  sync::Desired desired_;
  std::uint64_t received_[2] = {0, 0};
  std::map<CommandId, std::uint32_t> answered_;
  std::map<RolloutId, bool> ended_;
  rollout::State state_ = rollout::State::completed;
  std::string last_;  // rollout
  std::uint32_t commands_ = 0;
  std::string problem_;  // an invariant of the stream that broke
};

}  // namespace depops::simulation
