#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/ports/runtime.h"

// What the agent remembers about the processes it owns. Every value here is durable: it is journaled before the act it
// announces, so that an agent that dies anywhere finds each process again and starts none twice.
namespace depops::agent::instances {

enum class Phase {
  planned,   // journaled; a process may or may not have been started already
  running,   // a process with a known pid serves or comes up
  retiring,  // surplus: waits until its requests are over, can be taken back
  stopping,  // SIGTERM is due or was sent; there is no way back
  killing,   // SIGKILL is due or was sent
};

struct Instance {
  EndpointId id;  // set and number: never used for a second process
  SetId set;
  std::uint64_t number = 0;
  std::uint16_t port = 0;
  std::string marker;  // value of DEPOPS_INSTANCE in the environment of the process
  Phase phase = Phase::planned;
  Stamp since;  // when the phase began
  int pid = 0;  // with start_ticks and boot: the identity of the process; 0 until it is known
  std::uint64_t start_ticks = 0;
  BootId boot;
  rollout::Readiness readiness;
  Millis drain{0};
  std::optional<Instant> ready_since;
  bool was_ready = false;
  bool operator==(const Instance&) const = default;
};

// What is remembered about a set as a whole.
struct SetRecord {
  std::uint32_t restarts = 0;  // ends that nobody ordered
  std::uint32_t in_row = 0;    // of these, one after another without a good stretch between them
  Millis back_off{0};          // no start before this much time has gone by since `ended`
  Stamp ended;
  std::string trouble;
  bool operator==(const SetRecord&) const = default;
};

struct Table {
  std::uint64_t next_number = 1;
  std::uint16_t last_port = 0;
  std::map<EndpointId, Instance> instances;
  std::map<SetId, SetRecord> sets;
  bool operator==(const Table&) const = default;
};

}  // namespace depops::agent::instances
