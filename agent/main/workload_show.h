#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/driver/driver.h"
#include "agent/kubernetes/scaling/board.h"

namespace depops::agent {

// Shows the services as Workloads, every two seconds as they are then, and gives the rollouts the sizes that others
// wish for there. Ends before the driver does, for it asks it.
class WorkloadShow {
 public:
  WorkloadShow(kubernetes::Connection& connection, const kubernetes::Namespace& space, Driver& driver,
               const ports::Clock& clock);
  ~WorkloadShow();
  WorkloadShow(const WorkloadShow&) = delete;
  WorkloadShow& operator=(const WorkloadShow&) = delete;

 private:
  void run();
  void look();
  std::string ask(const ServiceName& service, std::uint32_t size);

  const kubernetes::Namespace space_;
  Driver& driver_;
  const ports::Clock& clock_;
  std::string trouble_;  // as it was logged last
  kubernetes::WorkloadBoard board_;

  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace depops::agent
