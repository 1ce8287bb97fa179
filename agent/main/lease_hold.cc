#include "agent/main/lease_hold.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "agent/main/log.h"

namespace depops::agent {
namespace {

constexpr const char* kLeaseName = "depops-agent";
constexpr std::size_t kJournalDigits = 12;

// The name of the pod, in a cluster.
std::string host_name() {
  char name[HOST_NAME_MAX + 1] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

}  // namespace

const int kLeaseNews = SIGUSR1;

LeaseHold::LeaseHold(const settings::Settings& settings, const std::string& journal, ClusterParts& cluster,
                     const ports::Clock& clock) {
  kubernetes::LeaseOrder order;
  order.key = {kubernetes::Namespace(settings.kubernetes->space), kubernetes::ObjectName(kLeaseName)};
  order.self = kubernetes::Holder(host_name() + "/" + journal.substr(0, kJournalDigits));
  guard_ = std::make_unique<kubernetes::LeaseGuard>(
      cluster.lease_connection, clock, std::move(order), chances(),
      [this](kubernetes::Holding holding, const std::string& why) { take(holding, why); });
}

bool LeaseHold::ours() const {
  const std::lock_guard lock(mutex_);
  return holding_ == kubernetes::Holding::ours;
}

bool LeaseHold::lost() const {
  const std::lock_guard lock(mutex_);
  return holding_ == kubernetes::Holding::lost;
}

std::string LeaseHold::why() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

void LeaseHold::take(kubernetes::Holding holding, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    holding_ = holding;
    why_ = why;
  }
  const char* word = holding == kubernetes::Holding::ours   ? "ours"
                     : holding == kubernetes::Holding::lost ? "lost"
                                                            : "waiting";
  log_line(std::string("event=lease holding=") + word + (why.empty() ? "" : " reason=" + quoted(why)));
  if (holding != kubernetes::Holding::waiting) ::kill(::getpid(), kLeaseNews);
}

}  // namespace depops::agent
