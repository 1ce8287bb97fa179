#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "agent/driver/effects.h"
#include "shared/threads/queue.h"

namespace depops::agent {

// What the loop made in one turn. `life` counts how often the agent was built: work of an agent that was thrown away is
// dropped.
struct Turn {
  std::uint64_t life = 0;
  std::vector<Output> outputs;
};

struct Connected {};  // the transport connected: a new session is due
struct PruneDue {
  sync::Stream stream = sync::Stream::events;
  Sequence acked;
  Instant now{};  // trusted: the entries' times are
};

// The agent must be built again from this.
struct Rebirth {
  std::uint64_t life = 0;
  Loaded loaded;
  Storage storage = Storage::full;
};

using Work = std::variant<Turn, Connected, PruneDue>;

// The thread that touches the journal: commits turns, then carries their effects out.
class Writer {
 public:
  struct Ways {
    std::function<void(Input)> post;
    std::function<void(Rebirth)> reborn;
  };

  Writer(const Parts& parts, Effects& effects, Ways ways, std::string incarnation);

  void push(Work work) { queue_.push(std::move(work)); }
  void close() { queue_.close(); }
  void run();  // until closed and empty

 private:
  void work_off(std::vector<Work> work);
  void commit_turns(std::vector<Turn> turns);
  bool commit(const JournalBatch& batch);
  void commit_one_by_one(const std::vector<Output*>& outputs);
  void carry_out(const Output& output);
  void start_session();
  void prune(const PruneDue& due);
  void give_birth(Storage storage);

  const Parts& parts_;
  Effects& effects_;
  Ways ways_;
  std::string incarnation_;
  Queue<Work> queue_;
  std::uint64_t life_ = 1;
  Storage refused_ = Storage::ok;  // what the last refused commit means for the agent
};

}  // namespace depops::agent
