#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/driver/backlog.h"
#include "hub/driver/driver.h"
#include "shared/threads/queue.h"
#include "shared/threads/tickets.h"

namespace depops::hub {

// What the loop made of some inputs. `life` counts how often the hub was built: batches of a hub that was thrown away
// are dropped.
struct Batch {
  std::uint64_t life = 1;
  Changeset changes;
  std::vector<Effect> effects;
  std::size_t inputs = 0;
  std::size_t bytes = 0;  // of the inputs, as the backlog counts them
};

// The hub must be built again from this.
struct Rebirth {
  std::uint64_t life = 0;
  HubState state;
};

// The thread that writes to the store: commits batches, then lets their effects out.
class Writer {
 public:
  Writer(const Parts& parts, Tickets<Result<Answer>>& tickets, Backlog& backlog, std::function<void(Rebirth)> reborn);

  void push(Batch batch) { queue_.push(std::move(batch)); }
  void close() { queue_.close(); }
  void run();  // until closed and empty
  std::string trouble() const;

 private:
  void commit_all(std::vector<Batch> batches);
  Result<void> commit(const Changeset& changes, std::size_t inputs);
  void let_out(const Batch& batch);
  void drop(const Batch& batch);
  void look_at_fence();
  void recover(const Error& error);
  void give_birth();
  void give_up();
  void set_trouble(std::string what);

  const Parts& parts_;
  Tickets<Result<Answer>>& tickets_;
  Backlog& backlog_;
  std::function<void(Rebirth)> reborn_;
  Queue<Batch> queue_;
  std::uint64_t life_ = 1;
  HubEpoch epoch_;  // of the newest commit
  std::chrono::steady_clock::time_point looked_{};
  bool proven_ = true;  // something was committed in this life, or it is the first
  bool dead_ = false;
  std::optional<std::chrono::steady_clock::time_point> rebirth_due_;
  std::chrono::milliseconds pause_{0};  // before it; rises while the disk stays full
  std::string failure_;                 // of the newest commit that failed
  mutable std::mutex mutex_;
  std::string trouble_;
};

}  // namespace depops::hub
