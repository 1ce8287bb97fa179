#include "agent/hooks/site_hooks.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/hooks/leftovers.h"
#include "agent/hooks/run_command.h"
#include "agent/hooks/run_request.h"

namespace depops::agent {
namespace {

using rollout::HookFact;
using rollout::HookOutcome;

struct Run {
  explicit Run(HookOrder ordered) : order(std::move(ordered)), stop_fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    fact.order = order.order;
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { ::close(stop_fd); }

  void withdraw() {
    withdrawn = true;
    (void)::eventfd_write(stop_fd, 1);
  }

  const HookOrder order;
  const int stop_fd;
  std::atomic<bool> withdrawn{false};
  bool ended = false;  // these two: with the lock
  HookFact fact;
  std::thread thread;
};

class SiteHooks : public Hooks {
 public:
  explicit SiteHooks(SiteHooksSettings settings) : settings_(std::move(settings)) {}
  ~SiteHooks() override { SiteHooks::stop(); }

  void start(std::function<void(HookFacts)> seen) override {
    seen_ = std::move(seen);
    hooks::end_leftovers(settings_.directory);
  }

  void apply(HookOrders orders) override {
    {
      const std::lock_guard lock(mutex_);
      for (const auto& run : runs_) {
        if (!is_in(orders, *run)) run->withdraw();
      }
      for (HookOrder& order : orders.hooks) {
        if (!is_known(order)) begin(std::move(order));
      }
    }
    reap();
    tell();
  }

  void stop() override {
    {
      const std::lock_guard telling(telling_);
      seen_ = nullptr;  // whoever listened may be gone when this returns
    }
    apply({});
    join_all();
  }

 private:
  static bool is_same(const HookOrder& left, const HookOrder& right) {
    return left.service == right.service && left.order == right.order;
  }
  static bool is_in(const HookOrders& orders, const Run& run) {
    return std::any_of(orders.hooks.begin(), orders.hooks.end(),
                       [&](const HookOrder& order) { return is_same(order, run.order); });
  }
  bool is_known(const HookOrder& order) const {
    return std::any_of(runs_.begin(), runs_.end(),
                       [&](const auto& run) { return is_same(order, run->order) && !run->withdrawn; });
  }

  void begin(HookOrder order) {
    runs_.push_back(std::make_shared<Run>(std::move(order)));
    Run& run = *runs_.back();
    run.thread = std::thread([this, &run] { work(run); });
  }

  // Of one service one after another, in the order in which they were given.
  bool is_free(const Run& run) const {
    for (const auto& other : runs_) {
      if (other.get() == &run) return true;
      if (other->order.service == run.order.service && !other->ended) return false;
    }
    return true;
  }

  void work(Run& run) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_free(run); });
    lock.unlock();
    HookFact fact = run.withdrawn ? HookFact{0, HookOutcome::failed, "was ended before it began"} : carry_out(run);
    fact.order = run.order.order;
    lock.lock();
    run.fact = std::move(fact);
    run.ended = true;
    changed_.notify_all();
    lock.unlock();
    tell();
  }

  HookFact carry_out(const Run& run) const {
    const std::string about = " service=" + run.order.service.str() + " key=" + run.order.key;
    if (settings_.log) settings_.log("event=hook-begins" + about);
    HookFact fact = std::holds_alternative<rollout::HookCommand>(run.order.call)
                        ? hooks::run_command(run.order, settings_.programs, settings_.directory, run.stop_fd)
                        : hooks::run_request(run.order, run.withdrawn);
    const char* word = fact.outcome == HookOutcome::done     ? "done"
                       : fact.outcome == HookOutcome::failed ? "failed"
                                                             : "unknown";
    if (settings_.log) settings_.log("event=hook-ended outcome=" + std::string(word) + about);
    return fact;
  }

  // What has ended and is not ordered any more is forgotten.
  void reap() {
    std::vector<std::shared_ptr<Run>> over;
    {
      const std::lock_guard lock(mutex_);
      const auto is_over = [](const auto& run) { return run->ended && run->withdrawn; };
      std::copy_if(runs_.begin(), runs_.end(), std::back_inserter(over), is_over);
      std::erase_if(runs_, is_over);
    }
    for (const auto& run : over) run->thread.join();
  }

  void join_all() {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(
          lock, [&] { return std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return run->ended; }); });
    }
    reap();
  }

  void tell() {
    const std::lock_guard telling(telling_);  // what is newer is told later
    HookFacts facts;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& run : runs_) {
        if (!run->withdrawn) facts.runs.push_back({run->order.service, run->fact});
      }
    }
    if (seen_) seen_(std::move(facts));
  }

  SiteHooksSettings settings_;
  std::function<void(HookFacts)> seen_;
  std::mutex telling_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Run>> runs_;  // in the order in which they were given
};

}  // namespace

std::unique_ptr<Hooks> make_site_hooks(SiteHooksSettings settings) {
  return std::make_unique<SiteHooks>(std::move(settings));
}

}  // namespace depops::agent
