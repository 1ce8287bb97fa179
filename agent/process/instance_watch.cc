#include "agent/process/instance_watch.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "agent/process/instance_files.h"
#include "agent/process/launch.h"
#include "agent/process/proc_info.h"

namespace depops::agent::process {
namespace {

using instances::Instance;
using instances::Life;
using instances::Phase;

constexpr int kMissesToUnready = 2;

}  // namespace

InstanceWatch::InstanceWatch(const ProcessSettings& settings, const EndpointId& id)
    : dir_(instance_dir(settings, id)) {}

InstanceWatch::~InstanceWatch() {
  reap();
  if (pidfd_ >= 0) ::close(pidfd_);
}

void InstanceWatch::launched(int shim_pid) {
  own_shim_ = shim_pid;
  seen_.life = Life::alive;
}

void InstanceWatch::launch_failed(const Error& error) { end(error.what); }

void InstanceWatch::end(const std::string& ending) {
  seen_.life = Life::ended;
  seen_.ready = false;
  seen_.ending = ending;
  probe_.reset();
}

// A shim of ours that ended is a zombie until it is waited for. One that ended because another one has the lock leaves
// the decision to the files.
void InstanceWatch::reap() {
  if (own_shim_ != 0 && ::waitpid(own_shim_, nullptr, WNOHANG) != 0) own_shim_ = 0;
}

void InstanceWatch::observe(Instance& instance, const Moment& now) {
  if (seen_.life == Life::ended) return;
  observe_life(instance);
  if (seen_.life == Life::alive && instance.pid != 0) probe(instance, now);
}

void InstanceWatch::observe_life(Instance& instance) {
  reap();
  const bool starting = own_shim_ != 0;
  const InstanceFiles files = read_instance_files(dir_);
  if (files.child_pid != 0 && instance.pid == 0 && (files.shim_alive || files.ended)) {
    learn(instance, files.child_pid, files.child_ticks);
  }
  if (files.ended) return end(files.ending);
  if (files.shim_alive || starting) {
    seen_.life = Life::alive;
    return watch_pid(files.shim_alive ? files.shim_pid : own_shim_);
  }
  if (files.child_pid == 0 && instance.pid == 0) {
    seen_.life = Life::absent;
    return;
  }
  // The shim is gone without a word: killed, or the machine was restarted. The process may have outlived it.
  const int pid = instance.pid != 0 ? instance.pid : files.child_pid;
  const std::uint64_t ticks = instance.pid != 0 ? instance.start_ticks : files.child_ticks;
  if (!is_process(pid, ticks, instance.marker)) return end("ended while its shim was gone: exit status unknown");
  learn(instance, pid, ticks);
  watch_pid(pid);
  seen_.life = Life::alive;
}

// Its end wakes the worker at once.
void InstanceWatch::watch_pid(int pid) {
  if (watched_pid_ == pid) return;
  if (pidfd_ >= 0) ::close(pidfd_);
  pidfd_ = open_pidfd(pid);
  watched_pid_ = pid;
}

void InstanceWatch::learn(Instance& instance, int pid, std::uint64_t ticks) {
  instance.pid = pid;
  instance.start_ticks = ticks;
  if (instance.phase == Phase::planned) instance.phase = Phase::running;
}

void InstanceWatch::send(const Instance& instance, bool kill) {
  if (instance.pid == 0) return;  // known within milliseconds; the plan asks again
  const bool sent = signal_group(instance.pid, instance.start_ticks, instance.marker, kill ? SIGKILL : SIGTERM);
  if (kill && own_shim_ == 0 && !read_instance_files(dir_).shim_alive) kill_marked(instance.marker);
  if (!sent) return;
  (kill ? seen_.kill_sent : seen_.term_sent) = true;
}

bool InstanceWatch::undecided(const Instance& instance) const {
  return instance.was_ready && instance.phase == Phase::running && seen_.life == Life::alive && !decided_;
}

void InstanceWatch::probe(Instance& instance, const Moment& now) {
  if (probe_ != nullptr) return judge(instance, now);
  if (next_probe_ && now.boottime < *next_probe_) return;
  // Quick while it comes up, at the pace that was asked for once it is known.
  const bool known = instance.was_ready && decided_;
  const Millis pace = known ? instance.readiness.interval : std::min(instance.readiness.interval, Millis{100});
  next_probe_ = now.boottime + pace;
  probe_began_ = now.boottime;
  probe_ = std::make_unique<Probe>(instance.port, instance.readiness);
  judge(instance, now);
}

void InstanceWatch::judge(Instance& instance, const Moment& now) {
  pollfd ready{probe_->fd(), probe_->events(), 0};
  while (!probe_->done() && ::poll(&ready, 1, 0) > 0) {
    probe_->advance();
    ready = {probe_->fd(), probe_->events(), 0};
  }
  const bool late = !probe_->done() && now.boottime - probe_began_ >= instance.readiness.timeout;
  if (!probe_->done() && !late) return;
  bool passed = !late && probe_->passed();
  trouble_ = passed ? "" : "not ready: " + (late ? std::string("no answer in time") : probe_->why());
  if (passed && !port_checked_) {
    // The trap: an older process still holds the port and answers for the new one, which is about to die.
    port_checked_ = passed = owns_listener(instance.pid, instance.port);
    if (!passed) trouble_ = "port " + std::to_string(instance.port) + " is answered by another process; free it";
  }
  probe_.reset();
  misses_ = passed ? 0 : misses_ + 1;
  decided_ = decided_ || passed || misses_ >= kMissesToUnready;
  if (passed && !seen_.ready && (!instance.ready_since || instance.was_ready == false)) instance.ready_since = now.wall;
  if (passed) seen_.ready = instance.was_ready = true;
  if (!passed && misses_ >= kMissesToUnready) {
    seen_.flaps += seen_.ready ? 1 : 0;
    seen_.ready = port_checked_ = false;
    instance.ready_since.reset();
  }
}

void InstanceWatch::add_fds(std::vector<pollfd>& fds) const {
  if (pidfd_ >= 0 && seen_.life != Life::ended) fds.push_back({pidfd_, POLLIN, 0});
  if (probe_ != nullptr && probe_->fd() >= 0) fds.push_back({probe_->fd(), probe_->events(), 0});
}

}  // namespace depops::agent::process
