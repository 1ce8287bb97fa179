#include "agent/sources/sources.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "shared/base/check.h"

namespace depops::agent {
namespace {

using Answer = std::function<void(Measured)>;

class Lane {
 public:
  explicit Lane(ReaderOf reader)
      : provider_(reader.provider), at_once_(reader.at_once), reader_(std::move(reader.reader)) {}
  ~Lane() { stop(); }

  std::size_t provider() const { return provider_; }

  void take(MeasureOrder order, const Answer& answer) {
    const std::lock_guard lock(mutex_);
    if (stopping_ || reading_.contains(order.metric)) return;
    std::erase_if(orders_, [&](const MeasureOrder& old) { return old.metric == order.metric; });
    orders_.push_back(std::move(order));
    const bool all_busy = threads_.size() < reading_.size() + orders_.size();
    if (all_busy && threads_.size() < at_once_) threads_.emplace_back([this, answer] { work(answer); });
    wake_.notify_all();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_all();
    }
    reader_->stop();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void work(const Answer& answer) {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !orders_.empty(); });
      if (stopping_) return;
      const MeasureOrder order = std::move(orders_.front());
      orders_.erase(orders_.begin());
      reading_.insert(order.metric);
      lock.unlock();
      Measured measured = reader_->read(order);
      lock.lock();
      reading_.erase(order.metric);
      lock.unlock();
      answer(std::move(measured));
    }
  }

  std::size_t provider_;
  std::size_t at_once_;
  std::unique_ptr<MetricReader> reader_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<MeasureOrder> orders_;
  std::set<MetricName> reading_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

class Sources : public MetricSource {
 public:
  Sources(std::vector<ReaderOf> readers, const ports::Clock& clock) : clock_(clock) {
    for (ReaderOf& reader : readers) {
      DEPOPS_CHECK(lane_of(reader.provider) == nullptr && reader.reader != nullptr);
      lanes_.push_back(std::make_unique<Lane>(std::move(reader)));
    }
  }
  ~Sources() override { stop(); }

  void start(Answer measured) override { measured_ = std::move(measured); }

  void measure(std::vector<MeasureOrder> orders) override {
    for (MeasureOrder& order : orders) {
      Lane* lane = lane_of(order.provider.index());
      if (lane == nullptr) {
        measured_({{order.metric, clock_.now().wall, {}}, {}, "nothing at this site reads metrics of this provider"});
      } else {
        lane->take(std::move(order), measured_);
      }
    }
  }

  void stop() override {
    for (const auto& lane : lanes_) lane->stop();
  }

 private:
  Lane* lane_of(std::size_t provider) const {
    for (const auto& lane : lanes_) {
      if (lane->provider() == provider) return lane.get();
    }
    return nullptr;
  }

  const ports::Clock& clock_;
  Answer measured_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace

std::unique_ptr<MetricSource> make_sources(std::vector<ReaderOf> readers, const ports::Clock& clock) {
  return std::make_unique<Sources>(std::move(readers), clock);
}

}  // namespace depops::agent
