#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/lease/standing.h"
#include "shared/ports/clock.h"

namespace depops::agent::kubernetes {

struct LeaseOrder {
  ObjectKey key;
  Holder self;
  LeaseRules rules{};
  Millis request{8'000};  // for one answer; shorter than the margin of the rules
};

// Gets a lease and keeps it, on a thread of its own, as long as it lives; gives it back at its end. Needs get, create
// and patch on it. Thread: any.
class LeaseGuard {
 public:
  // `news`: on the guard's thread, whenever it is different, with LeaseStanding::why for people. After `lost` nothing
  // more comes: the process has to end.
  using News = std::function<void(Holding holding, const std::string& why)>;
  LeaseGuard(Connection& connection, const ports::Clock& clock, LeaseOrder order, std::function<double()> chance,
             News news);
  ~LeaseGuard();
  LeaseGuard(const LeaseGuard&) = delete;
  LeaseGuard& operator=(const LeaseGuard&) = delete;

 private:
  void run();
  void take(const LeaseStanding::Look& turn);
  void take(const LeaseStanding::Make& turn);
  void take(const LeaseStanding::Claim& turn);
  void take(const LeaseStanding::Rest& turn);
  void tell();
  void give_back();
  bool pause(Millis time);
  Millis boottime() const { return clock_.now().boottime; }

  const ports::Clock& clock_;
  const LeaseOrder order_;
  const News news_;
  Client client_;
  LeaseStanding standing_;  // of the thread
  std::pair<Holding, std::string> told_{Holding::waiting, ""};

  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace depops::agent::kubernetes
