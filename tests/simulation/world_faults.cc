#include "tests/simulation/world.h"

// What goes wrong around the agent.
namespace depops::simulation {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::hours kTenYears{87'660};

}  // namespace

void World::switch_link() {
  connected_ = !connected_;
  hub_.see(session_, connected_);
  if (connected_) ++session_;
  note("fault: link up or down");
  // The agent is told of a connection when its session is written; what the broker retains may come before.
  const agent::HubSeen seen = hub_is_there();
  const bool early = connected_ && rng_.chance(500);
  if (early) deliver(seen);
  deliver(link_now());
  if (connected_ && !early) send_down(seen);
}

// What only some phases are for, and what keeps them waiting. False: nothing of that.
bool World::fault_of_phase() {
  const rollout::Record* record = journal_.record();
  if (record == nullptr) return false;
  // What a bake is for, and while a hook runs.
  if (is_watched(*record) && rng_.chance(500)) {
    if (rng_.chance(600)) return turn_bad(), true;
    router_.set_rate(0);
    return note("fault: no traffic"), true;
  }
  // A failure that nobody decides about needs an end that takes its time.
  if (record->phase == rollout::Phase::draining && rng_.chance(300)) return turn_bad(), true;
  // A route takes no time by itself.
  if (record->phase != rollout::Phase::routing || !rng_.chance(600)) return false;
  if (rng_.chance(500)) router_.set_rate(0);
  if (!router_reachable_ || rng_.chance(500)) return note("fault: no traffic, or the router is gone still"), true;
  router_.set_reachable(router_reachable_ = false);
  return note("fault: the router is gone"), true;
}

void World::fault() {
  if (rng_.chance(30)) {
    router_.foreign_removal();
    return note("fault: somebody else removes a forced route");
  }
  if (fault_of_phase()) return;
  switch (rng_.below(14)) {
    case 0:
    case 1:
    case 2:
      crash_in_ = rng_.between(1, 6);
      return note("fault: the agent will crash");
    case 3:
      runtime_.crash_one(now_);
      return note("fault: an instance crashes");
    case 4:
      router_.foreign_write();
      if (rng_.chance(700)) again_in_ = rng_.between(1, 8);
      return note("fault: somebody else writes the weights");
    case 5:
      router_reachable_ = !router_reachable_;
      router_.set_reachable(router_reachable_);
      return note("fault: router reachable or not");
    case 6:
      router_.restart();
      return note("fault: the router restarts");
    case 7:
      return switch_link();
    default:
      return fault_around();
  }
}

// Of the machine, the disk and the traffic.
void World::fault_around() {
  switch (rng_.below(7)) {
    case 6:
      return turn_bad();
    case 0:
      now_.wall += (rng_.chance(500) ? 1 : -1) * (rng_.chance(500) ? 24h : kTenYears);
      return note("fault: the wall clock jumps");
    case 1:
      journal_.set_full(!journal_.full());
      note("fault: disk full or not");
      if (!journal_.full()) deliver(agent::StorageSeen{agent::Storage::ok});
      return;
    case 2:
      sticky_ = !sticky_;
      router_.set_sticky(sticky_);
      return note("fault: requests stay where they were, or not");
    case 3:
      router_.foreign_write();
      again_in_ = 1;
      return note("fault: somebody writes the weights twice");
    case 4:
      router_.set_rate(rng_.chance(300) ? 0 : rng_.between(10, 300));
      return note("fault: other traffic");
    default:
      now_.boot = BootId("boot-" + std::to_string(result_.faults + 1));
      now_.boottime += 1h;
      note("fault: reboot");
      return restart("a reboot");
  }
}

// A version that was good until now.
void World::turn_bad() {
  const rollout::Record* record = journal_.record();
  if (record == nullptr || !record->plan || !record->stable || record->stable->set == record->plan->target.set) return;
  const auto profile = profiles_.find(record->plan->target.set);
  if (profile == profiles_.end()) return;
  profile->second.error_permille = rng_.chance(300) ? 700 : 300;
  note("fault: " + record->plan->target.label.str() + " fails from now on");
}

}  // namespace depops::simulation
