#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "shared/base/result.h"

namespace depops::ports {

struct Message {
  std::string topic;
  std::string payload;  // at most 1 MiB
  bool retained = false;
  std::uint8_t qos = 1;  // 0 or 1
  std::size_t door = 0;  // of what arrived, where there are several brokers: by which of them
};

// `why` of a link that ended because another client connected with the same name.
inline constexpr const char* kTakenOver = "another client connected with our name and took the session over";

// A lossy, duplicating, reordering pipe to the broker. A broker's acknowledgement counts for nothing; what must arrive
// is sent again until the other side says it committed it. Reconnects by itself with full-jitter back-off of at most
// 30 s and subscribes again at every connect. Callbacks come on a thread of the adapter: post to a queue and return.
class Transport {
 public:
  struct Handlers {
    std::function<void(Message)> message;
    std::function<void(bool connected, const std::string& why)> link;
  };

  virtual ~Transport() = default;
  virtual void start(std::vector<std::string> topics, Handlers handlers) = 0;
  // Queues without waiting. Refuses with `unavailable` while not connected, with `exhausted` when too much is queued.
  virtual Result<void> publish(Message message) = 0;
  virtual bool connected() const = 0;
  // Leaves this broker for the next one it knows; nothing if it knows no other.
  virtual void try_another() {}
  virtual void stop() = 0;
};

}  // namespace depops::ports
