#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/app/agent.h"
#include "agent/ports/hooks.h"
#include "agent/ports/uplink.h"
#include "shared/ports/clock.h"

namespace depops::agent {

// The world around one agent. All outlive the driver.
struct Parts {
  const ports::Clock& clock;
  Journal& journal;
  Runtime& runtime;
  Router& router;
  Artifacts& artifacts;
  MetricSource& metrics;
  Hooks& hooks;
  Uplink& uplink;
  std::function<void(const std::string&)> log;  // one key=value line; any thread
  std::function<void()> fatal;         // the journal is gone: the process must end, its journal is the recovery
  std::function<void(Millis)> skew{};  // of the machine's clock against the site's time, whenever it may have changed
  // The name of the connection, 16 random bytes as 32 hex digits; absent: no session tokens.
  std::function<std::string()> voice{};
};

// Runs an Agent: a loop thread steps it (up to 256 inputs or 5 ms at a time), a writer thread commits what came out as
// one transaction and only then carries the effects out, in order. Timers never wait for a disk. When a commit is
// refused because the disk is full, what was stepped since is thrown away and the agent is built again from the
// journal, knowing that storage is full.
class Driver {
 public:
  Driver(Settings settings, Parts parts);
  ~Driver();

  // Loads the journal, starts the parts and both threads. `again` gets the desired document that the journal holds: the
  // edge verifies it as if it had just arrived.
  Result<void> start(const std::function<void(const std::string& bytes)>& again);

  // Any thread.
  void post(Input input);
  void link(bool connected);

  // Any thread; waits for the commit behind the answer. Error `unavailable`: no answer within 10 s.
  Result<AnswerVerb> ask(LocalVerb verb);
  Result<SiteView> status();

  // Lets what was posted before finish. What runs at the site goes on running.
  void stop();

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace depops::agent
