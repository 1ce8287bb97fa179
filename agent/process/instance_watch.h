#pragma once

#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/instances/plan_instances.h"
#include "agent/process/probe.h"
#include "agent/process/process_runtime.h"

namespace depops::agent::process {

// What the edge holds in memory about one instance: is its process there, does it answer, which signals were sent by
// this agent. Everything in it is found again after a restart of the agent. Thread: the worker's.
class InstanceWatch {
 public:
  InstanceWatch(const ProcessSettings& settings, const EndpointId& id);
  ~InstanceWatch();
  InstanceWatch(const InstanceWatch&) = delete;
  InstanceWatch& operator=(const InstanceWatch&) = delete;

  void launched(int shim_pid);
  void launch_failed(const Error& error);

  // Looks at the files of the shim and at /proc, fills in pid and phase of `instance` once they are known, and begins a
  // probe when one is due.
  void observe(instances::Instance& instance, const Moment& now);

  void send(const instances::Instance& instance, bool kill);

  // Takes part in the worker's poll(): what to wait for, and then what happened.
  void add_fds(std::vector<pollfd>& fds) const;
  const instances::Seen& seen() const { return seen_; }

  // True after adoption until a probe passed or as many failed as take the readiness away from any other instance: what
  // was ready before must not be reported as unready meanwhile.
  bool undecided(const instances::Instance& instance) const;
  const std::string& trouble() const { return trouble_; }  // why it is not ready: "answered by another process"

 private:
  void observe_life(instances::Instance& instance);
  void learn(instances::Instance& instance, int pid, std::uint64_t ticks);
  void end(const std::string& ending);
  void probe(instances::Instance& instance, const Moment& now);
  void judge(instances::Instance& instance, const Moment& now);
  void reap();
  void watch_pid(int pid);

  std::string dir_;
  instances::Seen seen_;
  int own_shim_ = 0;  // our child; 0 when adopted or reaped
  int watched_pid_ = 0;
  int pidfd_ = -1;
  std::unique_ptr<Probe> probe_;
  Millis probe_began_{0};
  std::optional<Millis> next_probe_;
  int misses_ = 0;
  bool decided_ = false;
  bool port_checked_ = false;
  std::string trouble_;
};

}  // namespace depops::agent::process
