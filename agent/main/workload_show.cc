#include "agent/main/workload_show.h"

#include "agent/kubernetes/scaling/shown.h"
#include "agent/main/local_verbs.h"
#include "agent/main/log.h"

namespace depops::agent {
namespace {

constexpr Millis kShowPace{2'000};

}  // namespace

WorkloadShow::WorkloadShow(const settings::Settings& settings, ClusterParts& cluster, Driver& driver,
                           const ports::Clock& clock)
    : space_(settings.kubernetes->space),
      driver_(driver),
      clock_(clock),
      board_(cluster.connection, space_, chances(),
             [this](const ServiceName& service, std::uint32_t size) { return ask(service, size); }),
      teller_({settings.site, space_}, cluster.access, clock, chances()) {
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
    stopping_.wait_for(lock, kShowPace, [this] { return stop_; });
  }
}

void WorkloadShow::look() {
  if (const auto view = driver_.status(); view.ok()) {
    board_.show(kubernetes::shown_of(*view, space_));
    teller_.look(*view);
  }
  note("event=workloads shown=", board_.trouble(), trouble_);
  note("event=events written=", teller_.trouble(), untold_);
}

void WorkloadShow::note(const char* what, const std::string& trouble, std::string& noted) {
  if (trouble == noted) return;
  noted = trouble;
  log_line(what + (trouble.empty() ? "true" : "false reason=" + quoted(trouble)));
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
