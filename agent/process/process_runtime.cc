#include "agent/process/process_runtime.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <thread>

#include "agent/process/instance_files.h"
#include "agent/process/instance_store.h"
#include "agent/process/instance_watch.h"
#include "agent/process/launch.h"
#include "agent/process/ports.h"
#include "shared/crash_point/crash_point.h"

namespace depops::agent {
namespace {

using instances::Instance;
using instances::Life;
using instances::Phase;
using instances::Table;
using process::InstanceStore;
using process::InstanceWatch;

constexpr int kRounds = 16;       // of planning in one turn of the worker; the rest comes with the next
constexpr int kBusyWait_ms = 20;  // while something starts or stops
constexpr int kIdleWait_ms = 200;

class ProcessRuntime : public Runtime {
 public:
  ProcessRuntime(ProcessSettings settings, const ports::Clock& clock, std::unique_ptr<InstanceStore> store, Table table)
      : settings_(std::move(settings)), clock_(clock), store_(std::move(store)), table_(std::move(table)) {
    limits_.marker_prefix = settings_.site;
    limits_.stop_grace = settings_.stop_grace;
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  }
  ~ProcessRuntime() override {
    halt();
    ::close(wake_);
  }

  void start(std::function<void(RuntimeFacts)> changed) override {
    changed_ = std::move(changed);
    worker_ = std::thread([this] { work(); });
  }

  void apply(RuntimeOrders orders) override {
    {
      const std::lock_guard lock(mutex_);
      incoming_ = std::move(orders);
    }
    ::eventfd_write(wake_, 1);
  }

  void stop() override { halt(); }

 private:
  void halt() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    ::eventfd_write(wake_, 1);
    if (worker_.joinable()) worker_.join();
  }

  void work() {
    while (take_orders()) {
      observe();
      if (ordered_) carry_out();
      report();
      wait();
    }
  }

  bool take_orders() {
    const std::lock_guard lock(mutex_);
    if (incoming_) {
      orders_ = std::move(*incoming_);
      incoming_.reset();
      ordered_ = true;
    }
    return !stopping_;
  }

  void observe() {
    const Moment now = clock_.now();
    for (auto& [id, instance] : table_.instances) {
      auto& watch = watches_[id];
      if (watch == nullptr) watch = std::make_unique<InstanceWatch>(settings_, id);
      const int pid_before = instance.pid;
      watch->observe(instance, now);
      if (instance.pid != pid_before) instance.boot = now.boot;
    }
    note_journal(save(table_));
  }

  Result<void> save(const Table& table) {
    if (table == store_->saved()) return {};
    crash_point("process.journal.before");
    Result<void> saved = store_->save(table);
    crash_point("process.journal.after");
    return saved;
  }

  void note_journal(const Result<void>& saved) { journal_trouble_ = saved.ok() ? "" : saved.error().what; }

  instances::View view() const {
    instances::View seen;
    for (const auto& [id, watch] : watches_) seen.seen[id] = watch->seen();
    std::size_t missing = 0;
    for (const SetOrder& order : orders_.sets) {
      const SetId& set = order.snapshot.set;
      std::error_code error;
      const std::string artifact = process::artifact_dir(settings_, order.snapshot.artifact);
      if (std::filesystem::is_directory(artifact, error)) seen.installed.insert(set);
      const auto live = static_cast<std::size_t>(std::ranges::count_if(table_.instances, [&](const auto& entry) {
        const Phase phase = entry.second.phase;
        return entry.second.set == set && (phase == Phase::planned || phase == Phase::running);
      }));
      missing += live < order.replicas ? order.replicas - live : 0;
    }
    if (missing > 0) {
      seen.free_ports = process::free_ports({settings_.first_port, settings_.last_port}, table_.last_port,
                                            missing + table_.instances.size());
    }
    return seen;
  }

  void carry_out() {
    for (int round = 0; round < kRounds; ++round) {
      const Moment now = clock_.now();
      const auto actions = plan_instances(orders_, table_, view(), now, limits_);
      const Table before = table_;
      bool launched = false;
      for (const instances::Action& action : actions) {
        if (!journal(action, now)) return;
        perform(action);
        launched = launched || std::holds_alternative<instances::Launch>(action);
      }
      if (table_ == before && !launched) return;
      observe();
    }
  }

  // False: the journal refused, and this action must not happen without it.
  bool journal(const instances::Action& action, const Moment& now) {
    Table next = apply_action(table_, action, now, limits_);
    const Result<void> saved = save(next);
    note_journal(saved);
    if (!saved.ok() && std::holds_alternative<instances::Reserve>(action)) return false;
    table_ = std::move(next);
    return true;
  }

  void perform(const instances::Action& action) {
    if (const auto* launch = std::get_if<instances::Launch>(&action)) {
      launch_instance(launch->id);
    } else if (const auto* signal = std::get_if<instances::Signal>(&action)) {
      const auto watch = watches_.find(signal->id);
      crash_point("process.signal.before");
      if (watch != watches_.end()) watch->second->send(table_.instances.at(signal->id), signal->kill);
      crash_point("process.signal.after");
    } else if (const auto* end = std::get_if<instances::End>(&action)) {
      tidy(end->id, end->ordered);
    }
  }

  void launch_instance(const EndpointId& id) {
    const Instance& instance = table_.instances.at(id);
    const auto order = std::ranges::find_if(
        orders_.sets, [&](const SetOrder& candidate) { return candidate.snapshot.set == instance.set; });
    if (order == orders_.sets.end()) return;
    const Result<int> shim = process::launch(settings_, instance, order->snapshot);
    auto& watch = watches_[id];
    if (watch == nullptr) watch = std::make_unique<InstanceWatch>(settings_, id);
    if (shim.ok()) {
      watch->launched(*shim);
    } else {
      watch->launch_failed(shim.error());
    }
  }

  // The folder of an instance that is gone goes too; of one that ended by itself the log stays, one per set.
  void tidy(const EndpointId& id, bool ordered) {
    const std::string dir = process::instance_dir(settings_, id);
    std::error_code ignored;
    if (!ordered) {
      const std::string set = id.str().substr(0, id.str().rfind('.'));
      crash_point("process.log.before");
      std::filesystem::create_directories(settings_.state_dir + "/last-logs", ignored);
      std::filesystem::rename(dir + "/log", settings_.state_dir + "/last-logs/" + set + ".log", ignored);
      crash_point("process.log.after");
    }
    crash_point("process.remove.before");
    std::filesystem::remove_all(dir, ignored);
    crash_point("process.remove.after");
    watches_.erase(id);
  }

  void report() {
    for (const auto& [id, instance] : table_.instances) {
      const auto watch = watches_.find(id);
      if (watch == watches_.end() || watch->second->undecided(instance)) return;
    }
    const instances::View seen = view();
    RuntimeFacts facts = facts_of(orders_, table_, seen, clock_.now().wall);
    for (SetFacts& set : facts.sets) explain(set, seen);
    RuntimeFacts comparable = facts;
    comparable.at = last_.at;
    if (reported_ && comparable == last_) return;
    last_ = facts;
    reported_ = true;
    changed_(std::move(facts));
  }

  // What keeps the set from being what was ordered right now goes before what happened in the past.
  void explain(SetFacts& set, const instances::View& seen) const {
    if (!journal_trouble_.empty()) set.trouble = journal_trouble_;
    if (set.running < set.desired && !seen.installed.contains(set.set)) {
      set.trouble = "the artifact is not on this host yet";
    } else if (set.running < set.desired && seen.free_ports.empty()) {
      set.trouble = "no free port from " + std::to_string(settings_.first_port) + " to " +
                    std::to_string(settings_.last_port) + "; widen the range in the agent's settings";
    }
    if (!set.trouble.empty()) return;
    for (const auto& [id, watch] : watches_) {
      const auto instance = table_.instances.find(id);
      const bool member = instance != table_.instances.end() && instance->second.set == set.set;
      if (member && instance->second.phase == Phase::running && !watch->seen().ready) set.trouble = watch->trouble();
    }
  }

  void wait() {
    std::vector<pollfd> fds{{wake_, POLLIN, 0}};
    bool busy = false;
    for (const auto& [id, watch] : watches_) {
      watch->add_fds(fds);
      const auto instance = table_.instances.find(id);
      busy = busy || instance == table_.instances.end() || instance->second.phase != Phase::running ||
             !instance->second.was_ready;
    }
    ::poll(fds.data(), fds.size(), busy ? kBusyWait_ms : kIdleWait_ms);
    eventfd_t count = 0;
    ::eventfd_read(wake_, &count);
  }

  ProcessSettings settings_;
  const ports::Clock& clock_;
  std::unique_ptr<InstanceStore> store_;
  instances::Limits limits_;
  std::function<void(RuntimeFacts)> changed_;
  int wake_ = -1;
  std::thread worker_;

  std::mutex mutex_;
  std::optional<RuntimeOrders> incoming_;
  bool stopping_ = false;

  // The worker's own.
  RuntimeOrders orders_;
  bool ordered_ = false;
  Table table_;
  std::map<EndpointId, std::unique_ptr<InstanceWatch>> watches_;
  std::string journal_trouble_;
  RuntimeFacts last_;
  bool reported_ = false;
};

}  // namespace

Result<std::unique_ptr<Runtime>> make_process_runtime(ProcessSettings settings, const ports::Clock& clock) {
  DEPOPS_TRY_VOID(process::check_port_range({settings.first_port, settings.last_port}));
  if (::access(settings.shim.c_str(), X_OK) != 0) {
    return Error{Errc::not_found, "cannot run " + settings.shim + ": give the absolute path of depops-shim"};
  }
  crash_point("process.open.before");
  std::error_code error;
  std::filesystem::create_directories(settings.state_dir + "/instances", error);
  if (!error) std::filesystem::permissions(settings.state_dir, std::filesystem::perms::owner_all, error);
  if (error) return Error{Errc::unavailable, "cannot use " + settings.state_dir + ": " + error.message()};
  DEPOPS_TRY(auto store, InstanceStore::open(settings.state_dir + "/instances.db"));
  crash_point("process.open.after");
  DEPOPS_TRY(Table table, store->load());
  process::remove_forgotten(settings.state_dir + "/instances", table);
  return std::unique_ptr<Runtime>(
      std::make_unique<ProcessRuntime>(std::move(settings), clock, std::move(store), std::move(table)));
}

}  // namespace depops::agent
