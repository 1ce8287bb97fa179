#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "hub/api_http/request.h"
#include "hub/ports/records.h"

namespace Poco::Net {
class StreamSocket;
}

namespace depops::hub::api_http {

// All event streams on one thread: a stream costs a socket and a small buffer, no thread. A reader that takes
// nothing for too long is dropped and comes back with its Last-Event-ID.
class EventFeed {
 public:
  // `newest`: id of the newest committed event at start. Every `heartbeat` a comment says to all that the stream lives.
  explicit EventFeed(std::uint64_t newest, std::chrono::milliseconds heartbeat = std::chrono::seconds(15));
  ~EventFeed();

  // Committed events in order. Thread: one at a time.
  void publish(std::vector<EventRow> rows);
  // Takes over a connection whose answer's head was sent. Thread: any.
  void add(const Poco::Net::StreamSocket& socket, Subscription subscription);
  std::uint64_t newest() const noexcept;
  std::size_t streams() const noexcept;
  void stop();  // ends all streams

 private:
  struct Reactor;
  std::unique_ptr<Reactor> reactor_;
};

}  // namespace depops::hub::api_http
