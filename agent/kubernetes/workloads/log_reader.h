#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/workloads/last_words.h"
#include "shared/ports/clock.h"

namespace depops::agent::kubernetes {

// Reads logs on a thread and a connection of its own, both made when the first is asked for: an API server asks the
// node, and nobody who steers a rollout waits for a node.
class LogReader {
 public:
  // `news`: there are answers; called from the thread.
  LogReader(Access& access, const ports::Clock& clock, std::function<void()> news)
      : access_(access), clock_(clock), news_(std::move(news)) {}
  ~LogReader();

  void read(const std::vector<LogSource>& sources);  // returns at once
  using Answer = std::pair<LogSource, std::string>;  // the words for people
  std::vector<Answer> answers();                     // since the last time

 private:
  void work();

  Access& access_;
  const ports::Clock& clock_;
  const std::function<void()> news_;
  std::mutex mutex_;
  std::condition_variable asked_;
  bool stop_ = false;
  std::vector<LogSource> sources_;
  std::vector<Answer> answers_;
  std::thread thread_;
};

}  // namespace depops::agent::kubernetes
