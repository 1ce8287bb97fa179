#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/driver/driver.h"
#include "agent/kubernetes/events/teller.h"
#include "agent/kubernetes/scaling/board.h"
#include "agent/main/cluster_parts.h"

namespace depops::agent {

// What people see of the site in its cluster, every two seconds as it is then: services as Workloads, and what happens
// to them as Events. Gives the rollouts the sizes that others wish for in Workloads. Ends before the driver does, which
// it asks.
class WorkloadShow {
 public:
  WorkloadShow(const settings::Settings& settings, ClusterParts& cluster, Driver& driver, const ports::Clock& clock);
  ~WorkloadShow();
  WorkloadShow(const WorkloadShow&) = delete;
  WorkloadShow& operator=(const WorkloadShow&) = delete;

 private:
  void run();
  void look();
  static void note(const char* what, const std::string& trouble, std::string& noted);
  std::string ask(const ServiceName& service, std::uint32_t size);

  const kubernetes::Namespace space_;
  Driver& driver_;
  const ports::Clock& clock_;
  std::string trouble_;  // as it was logged last
  std::string untold_;   // likewise
  kubernetes::WorkloadBoard board_;
  kubernetes::EventTeller teller_;

  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace depops::agent
