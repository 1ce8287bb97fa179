#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "hub/ports/log_records.h"
#include "hub/signer/log_signer.h"
#include "shared/audit/checkpoint.h"
#include "shared/ports/clock.h"

namespace depops::hub {

struct CheckpointParts {
  LogReader& log;
  signer::LogSigner& signer;
  std::string origin;  // the log's name
  const ports::Clock& clock;
  std::function<Result<void>(LogHead)> keep;           // returns when it is committed
  std::function<void(const std::string& why)> alarm;   // nothing is signed until somebody sees to it; empty: well again
  std::function<void(const std::string&)> write_line;  // one key=value line
  Millis pause = std::chrono::seconds(1);              // between two looks
};

// Has the audit log signed when it grew, and the checkpoint kept; whoever asks for one gets what is kept. Nobody waits
// for it: the log grows in the transactions that write it. Thread: one of its own.
class Checkpoints {
 public:
  explicit Checkpoints(CheckpointParts parts) : parts_(std::move(parts)) {}
  ~Checkpoints() { stop(); }

  void start();
  void stop();
  // One look; what start() does again and again. `refused`, `corrupt`: people must see to it.
  Result<void> look();

 private:
  void run();
  void say(const Result<void>& done);
  Result<LogHead> sign(audit::TreeSize size, const std::optional<LogHead>& before);
  Result<wire::LogWord> ask(const audit::Checkpoint& checkpoint, audit::TreeSize from);

  CheckpointParts parts_;
  std::string said_;  // of what is wrong
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace depops::hub
