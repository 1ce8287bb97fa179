#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "shared/mqtt/backoff.h"
#include "shared/mqtt/mqtt_transport.h"

namespace depops::mqtt {

// What happens on one connection after another, without the library: states, window, queue, back-off. The client tells
// it what happened; it tells the client what to do next. Thread: all methods lock.
class Link {
 public:
  enum class State { offline, connecting, subscribing, online, stopped };
  enum class Task { connect, renew, subscribe, send, none_left };

  explicit Link(const MqttSettings& settings);

  // For the worker: waits until there is something to do. renew: as connect, with a new client, because this one did
  // not answer. none_left: stop() was called.
  Task next_task();
  ports::Message next_message();  // after Task::send; counts as unconfirmed
  // For how long an attempt to connect is waited for: 10 s, and twice as long after each failure up to 40 s. A broker
  // to which thousands come at once answers all of them late; attempts that are given up too early are its whole work.
  std::chrono::seconds patience() const;

  // From the client. Each returns true if that is news to be told to the owner.
  bool on_connected(std::uint64_t connection);       // -> subscribing
  bool on_refused(std::uint64_t connection);         // the attempt to connect failed -> offline, back-off
  bool on_subscribed(std::uint64_t connection);      // -> online
  bool on_not_subscribed(std::uint64_t connection);  // as on_lost
  // A connection that was there is gone -> offline, back-off; true the first time in a row. While an attempt to connect
  // is under way only on_refused() ends it: what comes late from before must not start a second one beside it.
  bool on_lost();
  void on_confirmed(std::uint64_t connection);

  Result<void> push(ports::Message message);
  void stop();
  void wait_sent(std::chrono::milliseconds at_most);
  bool online() const;
  std::uint64_t connection() const;  // number of the current connection: confirmations of earlier ones do not count

 private:
  using Clock = std::chrono::steady_clock;
  bool work_ready() const;
  bool go_offline();
  std::chrono::seconds patience_locked() const;
  Clock::time_point wake() const;

  static constexpr std::size_t kWindow = 20;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::offline;
  bool subscribe_due_ = false;
  bool told_lost_ = false;
  Clock::time_point deadline_{};  // offline: next attempt; connecting, subscribing: when to give up
  std::deque<ports::Message> queue_;
  std::size_t queue_bytes_ = 0;
  std::size_t unconfirmed_ = 0;
  std::uint64_t connection_ = 0;
  Backoff backoff_;
  std::size_t max_messages_;
  std::size_t max_bytes_;
};

}  // namespace depops::mqtt
