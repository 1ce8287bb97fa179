#include "shared/mqtt/link.h"

#include <algorithm>

#include "shared/base/check.h"

namespace depops::mqtt {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::uint32_t kDoublings = 2;
constexpr std::chrono::seconds kAnswerTimeout{20};  // more than the library's own; a lost callback must not end us
constexpr std::size_t kPayloadMax = 1 << 20;

}  // namespace

Link::Link(const MqttSettings& settings)
    : backoff_(settings.retry_min, settings.retry_max),
      max_messages_(settings.queue_messages),
      max_bytes_(settings.queue_bytes) {}

bool Link::work_ready() const {
  switch (state_) {
    case State::offline:
      return Clock::now() >= deadline_;
    case State::connecting:
      return Clock::now() >= deadline_;
    case State::subscribing:
      return subscribe_due_ || Clock::now() >= deadline_;
    case State::online:
      return !queue_.empty() && unconfirmed_ < kWindow;
    case State::stopped:
      return true;
  }
  return true;
}

Link::Clock::time_point Link::wake() const {
  return state_ == State::online ? Clock::now() + std::chrono::hours(1) : deadline_;
}

Link::Task Link::next_task() {
  std::unique_lock lock(mutex_);
  while (!work_ready()) changed_.wait_until(lock, wake());
  if (state_ == State::stopped) return Task::none_left;
  if (state_ == State::online) return Task::send;
  if (state_ == State::subscribing && subscribe_due_) {
    subscribe_due_ = false;
    return Task::subscribe;
  }
  const Task task = state_ == State::offline ? Task::connect : Task::renew;
  state_ = State::connecting;
  ++connection_;
  deadline_ = Clock::now() + patience_locked() + kAnswerTimeout;
  return task;
}

std::chrono::seconds Link::patience_locked() const {
  return kPatience * (1 << std::min(backoff_.failures(), kDoublings));
}

std::chrono::seconds Link::patience() const {
  const std::lock_guard lock(mutex_);
  return patience_locked();
}

ports::Message Link::next_message() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return {};  // the connection went meanwhile
  ports::Message message = std::move(queue_.front());
  queue_.pop_front();
  queue_bytes_ -= message.payload.size();
  ++unconfirmed_;
  return message;
}

bool Link::on_connected(std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::connecting || connection != connection_) return false;
  state_ = State::subscribing;
  deadline_ = Clock::now() + patience_locked() + kAnswerTimeout;
  subscribe_due_ = true;
  changed_.notify_all();
  return true;
}

bool Link::on_subscribed(std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::subscribing || connection != connection_) return false;
  state_ = State::online;
  unconfirmed_ = 0;
  told_lost_ = false;
  backoff_.reset();
  changed_.notify_all();
  return true;
}

bool Link::on_refused(std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  return state_ == State::connecting && connection == connection_ && go_offline();
}

bool Link::on_not_subscribed(std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  return state_ == State::subscribing && connection == connection_ && go_offline();
}

bool Link::on_lost() {
  const std::lock_guard lock(mutex_);
  return (state_ == State::subscribing || state_ == State::online) && go_offline();
}

bool Link::go_offline() {
  state_ = State::offline;
  subscribe_due_ = false;
  deadline_ = Clock::now() + backoff_.next();
  queue_.clear();
  queue_bytes_ = 0;
  unconfirmed_ = 0;
  ++connection_;
  changed_.notify_all();
  const bool news = !told_lost_;
  told_lost_ = true;
  return news;
}

void Link::on_confirmed(std::uint64_t connection) {
  const std::lock_guard lock(mutex_);
  if (connection != connection_ || unconfirmed_ == 0) return;
  --unconfirmed_;
  changed_.notify_all();
}

Result<void> Link::push(ports::Message message) {
  if (message.payload.size() > kPayloadMax) return Error{Errc::invalid, "message of more than 1 MiB"};
  const std::lock_guard lock(mutex_);
  if (state_ != State::online) return Error{Errc::unavailable, "not connected to the broker; it is tried again"};
  if (queue_.size() >= max_messages_ || queue_bytes_ + message.payload.size() > max_bytes_) {
    return Error{Errc::exhausted, "too much is waiting for the broker; try again later"};
  }
  queue_bytes_ += message.payload.size();
  queue_.push_back(std::move(message));
  changed_.notify_all();
  return {};
}

void Link::stop() {
  const std::lock_guard lock(mutex_);
  state_ = State::stopped;
  changed_.notify_all();
}

void Link::wait_sent(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [&] { return state_ != State::online || (queue_.empty() && unconfirmed_ == 0); });
}

bool Link::online() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::online;
}

std::uint64_t Link::connection() const {
  const std::lock_guard lock(mutex_);
  return connection_;
}

}  // namespace depops::mqtt
