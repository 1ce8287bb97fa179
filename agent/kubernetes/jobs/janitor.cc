#include "agent/kubernetes/jobs/janitor.h"

#include <algorithm>
#include <utility>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/jobs/job_state.h"

namespace depops::agent::kubernetes {
namespace {

constexpr unsigned kPage = 200;

}  // namespace

Janitor::Janitor(Access& access, const ports::Clock& clock, SiteName site, Namespace space, const JobNotes& notes,
                 std::function<void(const std::string&)> log, JanitorRules rules)
    : access_(access),
      clock_(clock),
      site_(std::move(site)),
      space_(std::move(space)),
      notes_(notes),
      log_(std::move(log)),
      rules_(rules) {}

Janitor::~Janitor() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  news_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Janitor::keep(std::set<ObjectName> wanted) {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = std::move(wanted);
    due_ = true;
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  }
  news_.notify_all();
}

void Janitor::look_again() {
  {
    const std::lock_guard lock(mutex_);
    later_ = true;
  }
  news_.notify_all();
}

// False: told to stop.
bool Janitor::pause(Millis time) {
  std::unique_lock lock(mutex_);
  return !news_.wait_for(lock, time, [this] { return stop_; });
}

void Janitor::work() {
  Millis retry = rules_.retry;
  while (true) {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return stop_ || due_ || later_; });
    if (stop_) return;
    const bool at_once = std::exchange(due_, false);
    if (!at_once) later_ = false;
    lock.unlock();
    if (!at_once && !pause(rules_.again)) return;
    Connection connection(access_, clock_);
    if (look(connection)) {
      retry = rules_.retry;
      continue;
    }
    if (!pause(std::exchange(retry, std::min(retry * 2, rules_.retry_most)))) return;
    lock.lock();
    due_ = true;
  }
}

// No note of a run that begins meanwhile is lost: what is wanted is told before the run begins.
std::set<ObjectName> Janitor::still_wanted() {
  const std::lock_guard lock(mutex_);
  notes_.forget_all_but(wanted_);
  return wanted_;
}

// What is listed was wanted when it was made: orders are asked for after the list. False: to be done again.
bool Janitor::look(Connection& connection) {
  Client client(connection, kOurManager, {[this](Millis time) { return pause(time); }, [] { return 0.5; }});
  const LabelSelector ours(std::string(kSiteLabel) + "=" + site_.str() + "," + kJobLabel);
  std::vector<Object> all;
  Continue at;
  do {
    auto page = client.list(jobs(), space_, ours, kPage, at);
    if (!page.ok() && page.failure().kind == FailureKind::forbidden) {
      if (log_) log_("event=jobs-not-tidied reason=\"" + page.failure().what + "\"");
      return true;
    }
    if (!page.ok()) return false;
    all.insert(all.end(), std::make_move_iterator(page->items.begin()), std::make_move_iterator(page->items.end()));
    at = page->next;
  } while (!at.empty());
  bool whole = true;
  for (const Object& job : superfluous(all, still_wanted(), rules_.kept)) {
    const auto removed = client.remove(jobs(), job.meta.key, {job.meta.uid});
    const bool gone = removed.ok() || removed.failure().not_found() || removed.failure().kind == FailureKind::conflict;
    whole = whole && gone;
  }
  return whole;
}

}  // namespace depops::agent::kubernetes
