#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "agent/kubernetes/connection/session.h"

namespace Poco::Net {
class Context;
class SecureStreamSocket;
class Session;
}  // namespace Poco::Net
namespace Poco {
template <class C>
class AutoPtr;
}

namespace depops::agent::kubernetes {

// Internal. What everybody who talks to one peer shares: the certificates as the library wants them, the last
// handshake, which can be taken up again without showing certificates once more, and the sessions that rest between two
// calls. Thread: any. Whoever calls rest() holds the pool.
class Pool : public std::enable_shared_from_this<Pool> {
 public:
  // That of an equal peer as long as somebody holds it, else a new one. Throws Poco::Exception, which says which of the
  // texts is no PEM and repeats nothing of it.
  static std::shared_ptr<Pool> of(const Peer& peer);

  explicit Pool(Peer peer);
  ~Pool();

  // Held by a call that has a session, or is opening one.
  class Busy {
   public:
    explicit Busy(std::shared_ptr<Pool> pool);
    ~Busy();
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    const std::shared_ptr<Pool> pool_;
  };

  // One that rests; if there is none, the first that another call leaves within `patience`. None: open one.
  std::unique_ptr<TlsSession> take(Millis patience);
  void rest(std::unique_ptr<TlsSession> session);

  const Peer& peer() const { return peer_; }
  const Poco::AutoPtr<Poco::Net::Context>& context() const;
  Poco::AutoPtr<Poco::Net::Session> last() const;        // handshake; none: nothing to take up
  void remember(Poco::Net::SecureStreamSocket& socket);  // that has exchanged something
  void forget();

 private:
  struct Parts;
  const Peer peer_;
  const std::unique_ptr<Parts> parts_;
  mutable std::mutex mutex_;
  std::condition_variable left_;
  std::vector<std::unique_ptr<TlsSession>> resting_;  // the last to come is the first to go
  unsigned busy_ = 0;
};

}  // namespace depops::agent::kubernetes
