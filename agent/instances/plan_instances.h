#pragma once

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "agent/instances/table.h"

// Decides which process is started, retired, stopped and forgotten. Pure: the same table, orders and view give the same
// actions, and after any prefix of them was carried out the rest is decided again from what then is there.
namespace depops::agent::instances {

enum class Life { absent, alive, ended };

// What the edge sees of one instance now.
struct Seen {
  Life life = Life::absent;
  bool ready = false;      // answers, and the answer comes from this very process
  bool term_sent = false;  // by this agent process; after an agent restart it is sent once more
  bool kill_sent = false;
  std::string ending;       // "exit 1 after 0.2 s: ..." once ended
  std::uint32_t flaps = 0;  // how often it was ready and then was not
};

struct View {
  std::map<EndpointId, Seen> seen;
  std::set<SetId> installed;              // sets whose artifact lies unpacked on this host
  std::vector<std::uint16_t> free_ports;  // in the order in which they are to be taken
};

struct Limits {
  std::string marker_prefix;   // the site, so that two agents on one host do not mix up processes
  Millis stop_grace{10'000};   // from SIGTERM to SIGKILL
  Millis first_back_off{500};  // doubled with every end in a row
  Millis max_back_off{60'000};
  Millis good_stretch{30'000};  // ready for this long: the next end is the first in a row again
};

struct Reserve {
  Instance instance;
};  // journal it; the launch is decided in the next round
struct Launch {
  EndpointId id;
};  // start the process of a journaled instance
struct Retire {
  EndpointId id;
};
struct Keep {
  EndpointId id;
};  // a retiring instance is needed again
struct Stop {
  EndpointId id;
};
struct Kill {
  EndpointId id;
};
struct Signal {
  EndpointId id;
  bool kill = false;
};  // to the whole process group
struct End {
  EndpointId id;
  bool ordered = false;
  std::string ending;
};  // gone: forget it, count it if nobody ordered it
struct ForgetSet {
  SetId set;
};
using Action = std::variant<Reserve, Launch, Retire, Keep, Stop, Kill, Signal, End, ForgetSet>;

std::vector<Action> plan_instances(const RuntimeOrders& orders, const Table& table, const View& view, const Moment& now,
                                   const Limits& limits);

// The table after an action. Launch and Signal change nothing: what they bring about is seen, not assumed.
Table apply_action(Table table, const Action& action, const Moment& now, const Limits& limits);

// What people and the rollout machine are told.
RuntimeFacts facts_of(const RuntimeOrders& orders, const Table& table, const View& view, Instant now);

}  // namespace depops::agent::instances
