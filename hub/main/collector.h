#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hub/ports/blobs.h"

namespace depops::hub {

// Removes blobs on a thread of its own: thousands of files may go, and nothing waits for that.
class Collector {
 public:
  Collector(Blobs& blobs, std::function<void(const std::string&)> log);
  ~Collector();

  // Any thread; returns at once. A newer list replaces one that was not begun.
  void collect(std::vector<Digest> keep);

 private:
  void main();

  Blobs& blobs_;
  std::function<void(const std::string&)> log_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::optional<std::vector<Digest>> keep_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace depops::hub
