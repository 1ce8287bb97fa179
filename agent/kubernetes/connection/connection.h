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

struct Peer;

// HTTP/1.1 over TLS to one API server, with the credentials of its Access. Calls use one connection that is kept, one
// after the other; each stream has its own, which the next stream takes over once it has ended in order. Never through
// a proxy, never to where an answer points. Thread: any. It outlives its streams.
class Connection {
 public:
  Connection(Access& access, const ports::Clock& clock);
  ~Connection();

  std::variant<Reply, Lost> exchange(const Call& call);

  // A Reply: the server did not take it (any status but 200). Tripping the breaker ends the opening and the stream.
  std::variant<std::unique_ptr<Stream>, Reply, Lost> open(const Call& call, Breaker& breaker);

  Access& access() { return access_; }
  std::uint64_t handshakes() const { return handshakes_; }  // since it was made

 private:
  struct Caller;
  Result<Caller> caller();
  std::variant<Reply, Lost> attempt(const Call& call, const Caller& caller);
  std::unique_ptr<TlsSession> connected(const Peer& peer, Millis limit);
  std::variant<std::unique_ptr<Stream>, Reply, Lost> stream_on(std::unique_ptr<TlsSession> session, const Call& call,
                                                               const Caller& caller, Breaker& breaker);
  std::unique_ptr<TlsSession> leave(std::unique_ptr<TlsSession> session);  // gives what was left before
  std::unique_ptr<TlsSession> left_over(const Peer& peer);

  Access& access_;
  const ports::Clock& clock_;
  std::mutex mutex_;
  std::unique_ptr<TlsSession> kept_;
  std::mutex left_mutex_;
  std::unique_ptr<TlsSession> left_;  // by a stream that ended
  std::atomic<std::uint64_t> handshakes_ = 0;
};

}  // namespace depops::agent::kubernetes
