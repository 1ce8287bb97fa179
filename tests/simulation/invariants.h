#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/app/agent.h"
#include "shared/rollout/record.h"
#include "tests/simulation/fake_router.h"
#include "tests/simulation/fake_runtime.h"
#include "tests/simulation/hook_rules.h"
#include "tests/simulation/violation.h"

namespace depops::simulation {

// Whether people are asked for an approval now.
bool is_asked(const rollout::Record& record);

// It bakes, or a hook runs.
bool is_watched(const rollout::Record& record);

std::uint32_t ready_in(const agent::RuntimeFacts& facts, const SetId& set);

// What must hold after every event: I1-I22 as far as one site shows them. Names in the messages are those of the
// design. "No write of ours makes or worsens a breach on what was observed": writes are held against the facts that the
// agent was given last.
class Invariants {
 public:
  Invariants(const FakeRuntime& runtime, const FakeRouter& router) : runtime_(runtime), router_(router) {}

  // What the agent is given, with the number of the orders that it was truly read under.
  void on_facts(const agent::RuntimeFacts& facts) { former_ = std::exchange(seen_, facts); }
  void on_facts(const agent::RouterFacts& facts) { router_seen_ = facts.applied_seq; }
  void on_restart() { runtime_given_ = router_given_ = 0; }
  // A batch was committed; `before` and `after` are the record (null: none yet).
  void on_commit(const rollout::Record* before, const rollout::Record* after, const agent::JournalBatch& batch,
                 const Moment& now);
  void on_site(const agent::SiteState& before, const agent::SiteState& after);
  // What time it is at the site, as the agent says, and what time it is.
  void on_time(const agent::SiteState& before, const agent::SiteState& after, const agent::JournalBatch& batch,
               const agent::TimeReading& said, Instant truth) const;
  void on_write(const agent::RuntimeOrders& orders, std::uint64_t committed, const rollout::Record* record);
  void on_write(const agent::RouterOrders& orders, std::uint64_t committed, const rollout::Record* record);
  HookRules& hooks() { return hooks_; }
  std::uint32_t last_share(const SetId& set) const;  // as it was written last
  void on_stopped(const EndpointId& id, bool receives, std::uint32_t in_flight);

 private:
  std::uint32_t ready(const SetId& set) const;
  // Instances that are ready with all that belongs beside them.
  static std::uint32_t whole(const agent::SetOrder& order, const agent::RuntimeFacts& facts);
  void check_raise(const rollout::Record& record, const SetId& set, std::uint32_t percent) const;
  void check_steps(const rollout::Record& before, const rollout::Record& after, const agent::JournalBatch& batch) const;
  void check_paused(const rollout::Record& before, const rollout::Record& after,
                    const agent::JournalBatch& batch) const;
  void check_soak(const rollout::Record& before, const rollout::Record& after, const agent::JournalBatch& batch,
                  const Moment& now);
  void check_total(const agent::RuntimeOrders& orders, const rollout::Record& record);
  void check_size(const rollout::Record& before, const rollout::Record& after, bool answers) const;
  static std::uint32_t whole_of(const rollout::Record& record, bool target, bool rolling);
  void check_kept(const agent::RuntimeOrders& orders, const rollout::Record& record) const;
  void check_begin(const rollout::Record& before, const rollout::Record& after) const;
  void check_routes(const rollout::Record& before, const rollout::Record& after) const;
  void check_forced(const agent::RouterOrders& orders, const rollout::Record& record) const;
  void check_bake(const rollout::Record& before, const rollout::Record& after, const agent::JournalBatch& batch,
                  const Moment& now);
  void check_approval(const rollout::Record& before, const rollout::Record& after, const agent::JournalBatch& batch,
                      const Moment& now);
  void check_held(const rollout::Record& before, const rollout::Record& after) const;
  void check_leaves(const rollout::Record* before, const rollout::Record& after,
                    const agent::JournalBatch& batch) const;
  void count_requests(const rollout::Record& before, const agent::JournalBatch& batch);
  void check_fresh(const agent::JournalBatch& batch) const;
  bool by_ratio() const { return !router_.capabilities().weights; }
  static std::uint32_t counted(const agent::SetOrder& order);  // without companions
  static void check_companions(const agent::RuntimeOrders& orders);
  void check_available(const agent::RuntimeOrders& orders, const rollout::Record& record) const;

  const FakeRuntime& runtime_;
  const FakeRouter& router_;
  agent::RuntimeFacts seen_;
  agent::RuntimeFacts former_;  // what is written now may have been decided by
  std::uint64_t router_seen_ = 0;
  std::uint64_t runtime_given_ = 0;  // newest orders of this life of the agent
  std::uint64_t router_given_ = 0;
  std::optional<agent::RuntimeOrders> last_runtime_;
  std::optional<agent::RouterOrders> last_router_;
  std::optional<Moment> holding_since_;
  std::optional<Moment> baking_since_;
  std::set<std::string> approvers_;  // at the approval step it stands at
  std::optional<Moment> asked_since_;
  HookRules hooks_;
  std::map<std::string, std::uint64_t> judged_;  // requests of the canary per rollout, step and attempt
  std::uint32_t total_of_last_ = 0;
  std::uint32_t allowed_before_ = 0;  // instances, when orders were given last
  bool skipped_ = false;              // a verb came since the pause step began
};

}  // namespace depops::simulation
