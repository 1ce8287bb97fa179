#include "agent/kubernetes/connection/pool.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/Session.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "agent/kubernetes/connection/tls_context.h"

namespace depops::agent::kubernetes {

struct Pool::Parts {
  Poco::Net::Context::Ptr context;
  Poco::Net::Session::Ptr last;
};

std::shared_ptr<Pool> Pool::of(const Peer& peer) {
  static std::mutex mutex;
  static std::vector<std::weak_ptr<Pool>> known;
  const std::lock_guard lock(mutex);
  std::erase_if(known, [](const auto& one) { return one.expired(); });
  for (const auto& one : known) {
    if (auto pool = one.lock(); pool && pool->peer() == peer) return pool;
  }
  auto pool = std::make_shared<Pool>(peer);
  known.push_back(pool);
  return pool;
}

Pool::Pool(Peer peer) : peer_(std::move(peer)), parts_(std::make_unique<Parts>()) {
  parts_->context = tls_context(peer_);
}

Pool::~Pool() = default;

Pool::Busy::Busy(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {
  const std::lock_guard lock(pool_->mutex_);
  ++pool_->busy_;
}

Pool::Busy::~Busy() {
  {
    const std::lock_guard lock(pool_->mutex_);
    --pool_->busy_;
  }
  pool_->left_.notify_all();
}

std::unique_ptr<TlsSession> Pool::take(Millis patience) {
  std::vector<std::unique_ptr<TlsSession>> unfit;  // closed when the lock is gone
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!resting_.empty()) {
      std::unique_ptr<TlsSession> session = std::move(resting_.back());
      resting_.pop_back();
      session->held_ = shared_from_this();
      if (session->fits()) return session;
      unfit.push_back(std::move(session));
    }
    if (busy_ == 0 || left_.wait_until(lock, deadline) == std::cv_status::timeout) return nullptr;
  }
}

void Pool::rest(std::unique_ptr<TlsSession> session) {
  session->held_.reset();
  std::vector<std::unique_ptr<TlsSession>> unfit;
  {
    const std::lock_guard lock(mutex_);
    const auto gone =
        std::stable_partition(resting_.begin(), resting_.end(), [](const auto& one) { return one->fits(); });
    std::move(gone, resting_.end(), std::back_inserter(unfit));
    resting_.erase(gone, resting_.end());
    resting_.push_back(std::move(session));
  }
  left_.notify_one();
}

const Poco::Net::Context::Ptr& Pool::context() const { return parts_->context; }

Poco::Net::Session::Ptr Pool::last() const {
  const std::lock_guard lock(mutex_);
  return parts_->last;
}

void Pool::remember(Poco::Net::SecureStreamSocket& socket) {
  Poco::Net::Session::Ptr session = socket.currentSession();
  const std::lock_guard lock(mutex_);
  if (session && SSL_SESSION_is_resumable(session->sslSession()) == 1) std::swap(parts_->last, session);
}

void Pool::forget() {
  const std::lock_guard lock(mutex_);
  parts_->last = nullptr;
}

}  // namespace depops::agent::kubernetes
