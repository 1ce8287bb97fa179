#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/watch/store.h"
#include "agent/kubernetes/watch/turns.h"

namespace depops::agent::kubernetes {

struct WatchOrder {
  Resource resource;
  Namespace space;
  LabelSelector selector;
  // What is kept of an object besides its Meta; called on the watcher's thread, must not keep what it is given.
  std::function<json::Value(const json::Value&)> projection;
  unsigned page = 50;  // objects of one answer to a list; fewer where each is large: a page is in memory as a whole
  std::size_t objects_most = 10'000;
  Millis lifetime{300'000};  // of one stream; up to twice that by chance, so that they do not end together
};

// Keeps the objects of one order, on a thread of its own, as long as it lives: lists, watches, resumes. Thread: any.
class Watcher {
 public:
  // `chance`: from 0 to 1. `changed`: on the watcher's thread, after something new is known; must return soon.
  Watcher(Connection& connection, WatchOrder order, std::function<double()> chance, std::function<void()> changed);
  ~Watcher();  // ends its request, too
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  Lookup find(const ObjectKey& key) const;
  // Nothing: not known yet, or older than what we wrote.
  std::optional<std::vector<SharedSeen>> all() const;

  // Our own writes of watched objects go through here, so that no answer above is older than they are.
  Outcome<Object> write(const ObjectKey& key, const std::function<Outcome<Object>()>& write);
  Outcome<std::optional<Object>> remove(const ObjectKey& key, const Uid& uid,
                                        const std::function<Outcome<std::optional<Object>>()>& remove);

  std::string trouble() const;  // why nothing new comes; empty: all is well
  struct Counts {
    unsigned lists = 0;    // begun
    unsigned watches = 0;  // streams opened
    unsigned bookmarks = 0;
  };
  Counts counts() const;

 private:
  void run();
  void take(const ListTurn& turn);
  void take(const WatchTurn& turn);
  void take(const PauseTurn& turn);
  bool take_line(const std::string& line);
  void fail(const Failure& failure);
  bool may_watch();
  bool pause(Millis time);

  const WatchOrder order_;
  const std::function<double()> chance_;
  const std::function<void()> changed_;
  Client client_;
  Breaker breaker_;
  Turns turns_;  // of the thread

  mutable std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  WatchedObjects objects_;
  std::string trouble_;
  Counts counts_;
  std::thread thread_;
};

}  // namespace depops::agent::kubernetes
