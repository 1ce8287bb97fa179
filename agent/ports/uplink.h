#pragma once

#include <cstdint>
#include <string>

#include "shared/base/result.h"
#include "shared/sync/frame.h"

namespace depops::agent {

// What carries the agent's words to the hub: encodes, signs and publishes. A word that could not be published is a loss
// like any other; the outbox sends it again. Thread: the driver's writer thread.
class Uplink {
 public:
  virtual ~Uplink() = default;
  // From now on frames carry this life of the site. Called at every connect, before anything is sent.
  virtual void begin(const std::string& incarnation, std::uint64_t session) = 0;
  // Bytes handed to the transport.
  virtual Result<std::uint64_t> send(const sync::Run& run) = 0;
  virtual void send(const sync::Hello& hello) = 0;
  virtual void send(const sync::Gone& gone) = 0;
  virtual void send(const sync::Inventory& inventory) = 0;
  virtual void send(const sync::SnapshotPart& part) = 0;
  virtual void send(const sync::Telemetry& telemetry) = 0;
};

}  // namespace depops::agent
