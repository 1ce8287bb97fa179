#pragma once

#include "hub/app/command.h"

namespace depops::hub::api_http {

// The way of a write to the loop. The ticket is given by the sink.
class CommandSink {
 public:
  virtual ~CommandSink() = default;
  // Waits until the command was decided and what it changed is committed. `unavailable`: the loop did not get to it in
  // time; whether it happens later is then open, and the same Idempotency-Key tells. Thread: any but the loop's.
  virtual Result<Answer> run(ApiCommand command) = 0;
};

}  // namespace depops::hub::api_http
