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

constexpr Millis kAskedAgain{500};  // after a rehearsal whose end is not known; doubled with each one in a row
constexpr Millis kAskedAgainMost{10'000};

struct Run : Patience {
  Run(HookOrder ordered, std::mutex& with, std::condition_variable& news, const bool& leaving)
      : order(std::move(ordered)),
        stop_fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        mutex_(with),
        news_(news),
        leaving_(leaving) {
    fact.order = order.order;
    if (order.order == 0) fact.key = order.key;
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() override { ::close(stop_fd); }

  // Of a Job: while the agent stops it is left alone.
  Wish wish() const override {
    const std::lock_guard lock(mutex_);
    return wanted();
  }
  bool wait(Millis time, Wish at_most) const override {
    std::unique_lock lock(mutex_);
    return !news_.wait_for(lock, time, [&] { return wanted() > at_most; });
  }

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

 private:
  Wish wanted() const { return leaving_ ? Wish::go : withdrawn ? Wish::end : Wish::stay; }

  std::mutex& mutex_;  // of all runs, as is what follows
  std::condition_variable& news_;
  const bool& leaving_;
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
    if (settings_.jobs) settings_.jobs->tidy(orders);
    {
      const std::lock_guard lock(mutex_);
      for (const auto& run : runs_) {
        if (!is_in(orders, *run)) run->withdraw();
      }
      for (HookOrder& order : orders.hooks) {
        if (!is_known(order)) begin(std::move(order));
      }
    }
    changed_.notify_all();
    reap();
    tell();
  }

  void stop() override {
    {
      const std::lock_guard telling(telling_);
      seen_ = nullptr;  // whoever listened may be gone when this returns
    }
    {
      const std::lock_guard lock(mutex_);
      leaving_ = true;
      for (const auto& run : runs_) run->withdraw();
    }
    changed_.notify_all();
    join_all();
  }

 private:
  static bool is_same(const HookOrder& left, const HookOrder& right) {
    return left.service == right.service && left.order == right.order && left.key == right.key;
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
    runs_.push_back(std::make_shared<Run>(std::move(order), mutex_, changed_, leaving_));
    Run& run = *runs_.back();
    run.thread = std::thread([this, &run] { work(run); });
  }

  // Hooks of one service run one after another, in the order in which they were given; measurements wait for nobody.
  bool is_free(const Run& run) const {
    for (const auto& other : runs_) {
      if (other.get() == &run || run.order.order == 0) return true;
      if (other->order.service == run.order.service && other->order.order != 0 && !other->ended) return false;
    }
    return true;
  }

  void work(Run& run) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_free(run); });
    lock.unlock();
    HookFact fact = run.withdrawn ? HookFact{0, HookOutcome::failed, "was ended before it began"} : carry_out(run);
    lock.lock();
    run.fact.outcome = fact.outcome;
    run.fact.text = std::move(fact.text);
    run.ended = true;
    changed_.notify_all();
    lock.unlock();
    tell();
  }

  HookFact carry_out(Run& run) {
    const std::string about = " service=" + run.order.service.str() + " key=" + run.order.key;
    if (settings_.log) settings_.log("event=hook-begins" + about);
    HookFact fact = carried_out(run);
    const char* word = fact.outcome == HookOutcome::done      ? "done"
                       : fact.outcome == HookOutcome::unknown ? "unknown"
                       : fact.outcome == HookOutcome::running ? "left-alone"
                                                              : "failed";
    if (settings_.log) settings_.log("event=hook-ended outcome=" + std::string(word) + about);
    return fact;
  }

  HookFact carried_out(Run& run) {
    const HookOrder& order = run.order;
    if (std::holds_alternative<rollout::HookCommand>(order.call))
      return hooks::run_command(order, settings_.programs, settings_.directory, run.stop_fd);
    if (std::holds_alternative<rollout::HookRequest>(order.call)) return hooks::run_request(order, run.withdrawn);
    if (!settings_.jobs || !order.version)
      return {0, HookOutcome::no_end, "a Job runs only at a site that is a namespace of a Kubernetes cluster"};
    return std::holds_alternative<JobRehearsal>(order.call) ? rehearsed(run) : settings_.jobs->run(order, run);
  }

  // Nothing is changed by it, so it is tried until its end is known, or nobody wants to know.
  HookFact rehearsed(Run& run) {
    for (Millis pause = kAskedAgain;; pause = std::min(2 * pause, kAskedAgainMost)) {
      HookFact fact = settings_.jobs->rehearse(run.order, run);
      if (fact.outcome != HookOutcome::unknown) return fact;
      {
        const std::lock_guard lock(mutex_);
        run.fact.text = std::move(fact.text);
      }
      tell();
      if (!run.wait(pause, Wish::stay)) return {};
    }
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
  bool leaving_ = false;
  std::vector<std::shared_ptr<Run>> runs_;  // in the order in which they were given
};

}  // namespace

std::unique_ptr<Hooks> make_site_hooks(SiteHooksSettings settings) {
  return std::make_unique<SiteHooks>(std::move(settings));
}

}  // namespace depops::agent
