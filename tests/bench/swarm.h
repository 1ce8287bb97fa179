#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/centre.h"
#include "tests/support/child.h"

namespace depops::bench {

// What a swarm is told and tells, in a file that both processes map. Counts are of its sites.
struct Board {
  enum Order : std::uint32_t { wait = 0, connect = 1, send = 2, end = 3 };
  std::atomic<std::uint32_t> order{wait};
  std::atomic<std::uint64_t> made{0};
  std::atomic<std::uint64_t> answered{0};      // the hub took the Hello of the present connection
  std::atomic<std::uint64_t> acknowledged{0};  // entries that the hub committed
};

struct SwarmSize {
  std::uint64_t first = 1;  // its sites are "site-<first>" and so on
  std::uint64_t count = 1;
  std::uint64_t entries = 0;  // the backlog of each site
  std::uint64_t bytes = 0;    // of an entry
  std::uint64_t beat_s = 30;
};

// Many sites in a process of their own: each with its certificate, its connection and the agent's outbox. The library
// for MQTT wants two pieces of memory map per connection, which bounds a process to some thousands.
class Swarm {
 public:
  Swarm(const Centre& centre, const SwarmSize& size, const std::string& name);
  ~Swarm();
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  const Board& board() const { return *board_; }
  void tell(Board::Order order) { board_->order = order; }
  bool running() { return process_.running(); }
  pid_t pid() const { return process_.pid(); }
  std::string log() const;

 private:
  std::string file_;
  Board* board_ = nullptr;
  test::Child process_;
};

// The signing key of a site of a swarm: made of its name, so that nobody has to be told it.
signing::SecretKey swarm_key(const std::string& site);

// What the process of a swarm does with the words after its name "swarm".
int live_as_swarm(const std::vector<std::string>& words);

}  // namespace depops::bench
