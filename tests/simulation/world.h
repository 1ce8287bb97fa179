#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/app/agent.h"
#include "tests/simulation/crashy_journal.h"
#include "tests/simulation/fake_hooks.h"
#include "tests/simulation/fake_router.h"
#include "tests/simulation/fake_runtime.h"
#include "tests/simulation/hub_script.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/rng.h"
#include "tests/simulation/schedule.h"

namespace depops::simulation {

// Where a site stands: alone with a script for a hub, or one of the sites of a fleet.
struct Place {
  SiteName site{"fra-1"};
  HubEnd* hub = nullptr;     // null: a script of its own
  std::string tag;           // of its entries
  std::uint32_t number = 0;  // among the sites
  bool voices = false;       // connections have names, so that the hub can tell two hosts apart
};

// A site with the production Agent, a hub, and what can go wrong between them, as schedule and seed decide.
class World {
 public:
  World(const Schedule& schedule, std::vector<std::uint64_t>& rows, Place place = {});
  Played run(std::uint32_t events);

  // Step by step, for a fleet.
  void turn();                                   // time passes, something happens
  void calm_down();                              // no faults any more
  void be_quiet(bool quiet) { quiet_ = quiet; }  // faults and people stop, or begin again
  bool is_at_rest() const;                       // nothing is under way and the hub knows all
  std::uint64_t activity() const { return orders_ + commits_; }
  void unblock(bool patient);  // what waits for a person gets one
  void check_rest();           // nothing moves at rest, a restart changes nothing
  void send_down(agent::Input input);
  // For a fleet that loses sight of its hub.
  void set_link(bool up);
  void set_loss(std::uint32_t permille) { loss_ = permille; }  // as many come twice; 0: as the schedule has it
  void take_disk_of(const World& other);                       // a copy of it, at a machine of its own
  void boot_beside(const World& other);                        // at its time
  void lose_mail();                                            // the broker forgets what it holds
  void restart_agent() { restart("a crash"); }
  void pass(Millis time);                   // nothing happens but time
  void scale_here(std::uint32_t replicas);  // a person at the site
  void set_rate(std::uint32_t rate) { router_.set_rate(rate); }
  const CrashyJournal& journal() const { return journal_; }
  Played& result() { return result_; }

 private:
  struct Mail {
    Millis due{0};
    agent::Input input;
  };
  struct UpMail {
    Millis due{0};
    std::uint64_t session = 0;
    sync::UpMessage message;
  };
  struct Crash {};  // thrown at a crash point; caught by deliver()
  void settle();    // without faults everything must come to rest
  void advance(Millis step);
  void deliver(const agent::Input& input);
  void commit(const agent::Output& output, bool& refused);
  void carry_out(const agent::Effect& effect);
  void act(const agent::ApplyRuntime& effect);
  void act(const agent::ApplyRouter& effect);
  void act(const agent::WantArtifacts& effect);
  void act(const agent::Measure& effect);
  void act(const agent::ApplyHooks& effect);
  void act(const agent::SendEntries& effect);
  void act(const agent::SendHello& effect);
  void act(const agent::SendAnswer& effect);
  void act(const agent::SendTelemetry& effect);
  void act(const agent::AnswerVerb& effect);
  void act(const agent::AnswerStatus&) {}
  void send_up(sync::UpMessage message);
  bool is_lost();
  bool is_repeated();
  void hub_receives();
  void agent_receives();
  void see_world();
  void crash_point(const char* where);
  void restart(const char* where);
  void part(std::uint32_t number) { rng_.begin(schedule_.seed, turn_, number); }
  bool happens(Cause cause);
  void fault();
  void fault_around();
  bool fault_of_phase();
  void turn_bad();
  void switch_link();
  agent::LinkChanged link_now();
  void people();
  void deploy();
  rollout::Plan make_plan();
  void make_strategy(rollout::Plan& plan);
  analysis::AnalysisSpec make_spec(const char* name);
  std::vector<rollout::Step> make_steps();
  rollout::SetHeader make_header();
  void make_blue_green(rollout::Canary& canary);
  void make_batches(rollout::Canary& canary);
  rollout::Step make_gate();
  rollout::Approval make_approval();
  rollout::Hook make_hook();
  void see_hooks();
  rollout::Verb any_verb();
  void take_row(const std::string& phase, const std::string& trigger);
  void take_row_behind(const std::string& phase, const audit::Leaf& leaf);
  void count_rows(const agent::JournalBatch& batch);
  void note(const std::string& text);
  void know(const SetId& set, std::uint32_t number);
  Moment seen_now() const;
  Instant signed_time() const;
  agent::HubSeen hub_is_there() const { return {{hub_.epoch(), true, signed_time()}}; }

  Place place_;
  Schedule schedule_;
  std::uint32_t turn_ = 0;
  Rng rng_;
  Bug bug_;
  std::vector<agent::ForcedRoute> kept_routes_;  // of the last orders
  std::vector<std::uint64_t>& rows_;
  bool tell_;
  Profiles profiles_;
  FakeRuntime runtime_;
  FakeRouter router_;
  CrashyJournal journal_;
  HubScript script_;
  HubEnd& hub_;
  Invariants invariants_;
  FakeHooks hooks_;
  Moment now_;
  Instant true_now_;  // whatever the machine's clock shows
  std::unique_ptr<agent::Agent> agent_;
  std::vector<Mail> to_agent_;
  std::vector<UpMail> to_hub_;
  std::vector<agent::ArtifactFacts> artifacts_;
  bool connected_ = true;
  std::uint32_t loss_ = 0;
  bool quiet_ = false, sticky_ = false, accepted_ = false;
  rollout::Phase haunted_ = rollout::Phase::idle;  // where this schedule's faults fall most
  std::uint32_t again_in_ = 0;                     // turns until the weights are written by somebody again
  bool router_reachable_ = true;
  std::uint32_t crash_in_ = 0;  // crash points until the agent dies; 0 = not
  std::uint64_t session_ = 0;   // rises at every connect
  std::uint64_t voices_ = 0;    // drawn so far
  std::uint32_t versions_ = 0, tickets_ = 0;
  std::uint64_t orders_ = 0;  // effects that wrote to the world
  std::uint64_t commits_ = 0;
  Played result_;
};

}  // namespace depops::simulation
