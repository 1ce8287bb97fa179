#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/app/hub.h"
#include "hub/ports/store.h"
#include "shared/ports/clock.h"
#include "shared/ports/transport.h"

namespace depops::hub {

// The world around the hub. All outlive the driver.
struct Parts {
  Store& store;
  const ports::Clock& clock;
  std::function<Result<Hub>(HubState)> build;                                     // loop thread
  std::function<std::optional<Input>(const ports::Message&, const World&)> read;  // loop thread; nothing: not for us
  std::function<void(const Effect&)> act;                             // writer thread, after the commit; never a Reply
  std::function<void(std::vector<EventRow>)> show;                    // writer thread, before the effects
  std::function<void(double seconds, std::size_t inputs)> committed;  // for metrics
  std::function<void(const std::string&)> log;                        // one key=value line; any thread
  // Another hub took over, or the store can not be used: the process must end.
  std::function<void()> give_up;
};

// Runs a Hub: a loop thread steps it, a writer thread commits and only then lets effects and answers out.
class Driver {
 public:
  Driver(Parts parts, Hub hub);
  ~Driver();

  void start();
  // Lets what was given before finish. What comes later is answered `unavailable`.
  void stop();

  // Any thread. Waits for the commit behind the answer, at most 10 s.
  Result<Answer> run(ApiCommand command);
  // False: the queue is full and the message was dropped.
  bool take(ports::Message message);
  // Why nothing can be committed now; empty: all is well.
  std::string trouble() const;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace depops::hub
