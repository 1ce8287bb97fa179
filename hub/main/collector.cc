#include "hub/main/collector.h"

#include <utility>

namespace depops::hub {

Collector::Collector(Blobs& blobs, std::function<void(const std::string&)> log)
    : blobs_(blobs), log_(std::move(log)), thread_([this] { main(); }) {}

Collector::~Collector() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  asked_.notify_all();
  thread_.join();
}

void Collector::collect(std::vector<Digest> keep) {
  {
    const std::lock_guard lock(mutex_);
    keep_ = std::move(keep);
  }
  asked_.notify_all();
}

void Collector::main() {
  std::unique_lock lock(mutex_);
  while (true) {
    asked_.wait(lock, [this] { return stopping_ || keep_; });
    if (stopping_) return;
    const std::vector<Digest> keep = std::move(*std::exchange(keep_, std::nullopt));
    lock.unlock();
    const std::size_t removed = blobs_.collect(keep);
    log_("event=blobs_collected removed=" + std::to_string(removed) + " kept=" + std::to_string(keep.size()));
    lock.lock();
  }
}

}  // namespace depops::hub
