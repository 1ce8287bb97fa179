#include "agent/main/workload_show.h"

#include "agent/kubernetes/scaling/shown.h"
#include "agent/main/cluster_parts.h"
#include "agent/main/local_verbs.h"
#include "agent/main/log.h"

namespace depops::agent {
namespace {

constexpr Millis kPace{2'000};

}  // namespace

WorkloadShow::WorkloadShow(kubernetes::Connection& connection, const kubernetes::Namespace& space, Driver& driver,
                           const ports::Clock& clock)
    : space_(space),
      driver_(driver),
      clock_(clock),
      board_(connection, space, chances(),
             [this](const ServiceName& service, std::uint32_t size) { return ask(service, size); }) {
  thread_ = std::thread([this] { run(); });
}

WorkloadShow::~WorkloadShow() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

void WorkloadShow::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    look();
    lock.lock();
    stopping_.wait_for(lock, kPace, [this] { return stop_; });
  }
}

void WorkloadShow::look() {
  const auto view = driver_.status();
  if (view.ok()) board_.show(kubernetes::shown_of(*view, space_));
  const std::string trouble = board_.trouble();
  if (trouble == trouble_) return;
  trouble_ = trouble;
  log_line("event=workloads shown=" + (trouble.empty() ? "true" : "false reason=" + quoted(trouble)));
}

std::string WorkloadShow::ask(const ServiceName& service, std::uint32_t size) {
  LocalRequest request;
  request.verb = "scale";
  request.service = service;
  request.replicas = size;
  request.actor = Actor("local:workload");
  request.reason = "spec.replicas of its Workload";
  const LocalAnswer answer = answer_local(driver_, request, clock_.now().wall);
  log_line("event=workload-size service=" + service.str() + " replicas=" + std::to_string(size) +
           (answer.ok ? " taken=true" : " taken=false reason=" + quoted(answer.text)));
  return answer.ok ? "" : answer.text;
}

}  // namespace depops::agent
