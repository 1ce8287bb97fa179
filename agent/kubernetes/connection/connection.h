#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <variant>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/connection/breaker.h"
#include "agent/kubernetes/connection/call.h"
#include "agent/kubernetes/connection/stream.h"
#include "shared/ports/clock.h"

namespace depops::agent::kubernetes {

class Pool;
struct Peer;

// HTTP/1.1 over TLS to one API server, with the credentials of its Access. One call after the other; what a call or a
// stream that ended in order leaves is used by whoever of this process talks to that server with the same certificates
// next. Never through a proxy, never to where an answer points. Thread: any. It outlives its streams.
class Connection {
 public:
  Connection(Access& access, const ports::Clock& clock);
  ~Connection();

  std::variant<Reply, Lost> exchange(const Call& call);

  // A Reply: the server did not take it (any status but 200). Tripping the breaker ends the opening and the stream.
  std::variant<std::unique_ptr<Stream>, Reply, Lost> open(const Call& call, Breaker& breaker);

  Access& access() { return access_; }
  std::uint64_t handshakes() const { return handshakes_; }  // since it was made
  std::uint64_t taken_up() const { return taken_up_; }      // of these, without certificates

 private:
  struct Caller;
  Result<Caller> caller();
  std::shared_ptr<Pool> pool_for(const Peer& peer);
  std::variant<Reply, Lost> attempt(const Call& call, const Caller& caller, bool& rested);
  std::unique_ptr<TlsSession> connected(std::shared_ptr<Pool> pool, Millis limit);
  std::variant<std::unique_ptr<Stream>, Reply, Lost> stream_on(const Call& call, const Caller& caller, Breaker& breaker,
                                                               bool& rested);

  Access& access_;
  const ports::Clock& clock_;
  std::mutex mutex_;
  std::mutex pool_mutex_;
  std::shared_ptr<Pool> pool_;  // of the certificates that were used last
  std::atomic<std::uint64_t> handshakes_ = 0;
  std::atomic<std::uint64_t> taken_up_ = 0;
};

}  // namespace depops::agent::kubernetes
