#include "agent/kubernetes/connection/session.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/Session.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "agent/kubernetes/api/backoff.h"
#include "agent/kubernetes/connection/pool.h"

namespace depops::agent::kubernetes {
namespace {

namespace net = Poco::Net;

// Shorter than the limits of servers and balancers (60 s), longer than a Lease rests between two renewals.
constexpr std::chrono::seconds kIdleMost{45};
constexpr std::chrono::hours kForever{24 * 365};
constexpr int kProbeAfterS = 30;
constexpr int kProbeEveryS = 10;
constexpr int kProbesLost = 3;

Poco::Timespan span(Millis time) { return {time.count() * 1'000}; }

// A peer that is gone without a word is noticed within a minute, also where nothing has to be said for long.
void probe_when_idle(net::Socket& socket) {
  socket.setKeepAlive(true);
  socket.setOption(IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfterS);
  socket.setOption(IPPROTO_TCP, TCP_KEEPINTVL, kProbeEveryS);
  socket.setOption(IPPROTO_TCP, TCP_KEEPCNT, kProbesLost);
}

}  // namespace

class TlsSession::Library : public net::HTTPSClientSession {
 public:
  explicit Library(Pool& pool)
      : net::HTTPSClientSession(pool.peer().server.host, pool.peer().server.port, pool.context()), pool_(pool) {
    setProxyConfig({});  // never through what the environment happens to name
    setKeepAlive(true);
    setKeepAliveTimeout(span(kForever));  // fits() decides
  }

  void connect_now(Millis limit) {
    limit_ = limit;
    setTimeout(span(limit));
    reconnect();
  }
  bool took_up() { return net::SecureStreamSocket(socket()).sessionWasReused(); }
  void remember() {
    net::SecureStreamSocket used(socket());
    pool_.remember(used);
  }
  bool holds_bytes() { return buffered() > 0 || socket().available() > 0; }

 protected:
  void connect(const net::SocketAddress& address) override {
    net::SecureStreamSocket socket = shaken(address);
    socket.verifyPeerCertificate();
    socket.setNoDelay(true);
    probe_when_idle(socket);
    attachSocket(socket);
  }

 private:
  // Some servers end a handshake that is to be taken up again, instead of beginning anew.
  net::SecureStreamSocket shaken(const net::SocketAddress& address) {
    if (const net::Session::Ptr last = pool_.last()) {
      net::SecureStreamSocket socket = opened(address, last);
      try {
        socket.completeHandshake();
        return socket;
      } catch (const net::NetException&) {
        pool_.forget();
      }
    }
    net::SecureStreamSocket socket = opened(address, nullptr);
    socket.completeHandshake();
    return socket;
  }

  net::SecureStreamSocket opened(const net::SocketAddress& address, const net::Session::Ptr& last) {
    net::SecureStreamSocket socket(pool_.context());
    socket.setPeerHostName(pool_.peer().name);
    socket.setLazyHandshake(true);  // within the limits that are set after the connection
    if (last) socket.useSession(last);
    socket.connect(address, span(limit_));
    socket.setReceiveTimeout(span(limit_));
    socket.setSendTimeout(span(limit_));
    return socket;
  }

  Pool& pool_;
  Millis limit_{10'000};
};

TlsSession::TlsSession(std::shared_ptr<Pool> pool) : held_(std::move(pool)), pool_(*held_) {
  library_ = std::make_unique<Library>(pool_);
}

TlsSession::~TlsSession() = default;

bool TlsSession::connect(Millis limit) {
  library_->connect_now(limit);
  used_ = std::chrono::steady_clock::now();
  return library_->took_up();
}

bool TlsSession::fits() const {
  if (std::chrono::steady_clock::now() - used_ > kIdleMost || !library_->connected()) return false;
  // What is readable before anything was asked is the server's farewell.
  return !library_->holds_bytes() && !library_->socket().poll(Poco::Timespan(0), net::Socket::SELECT_READ);
}

void TlsSession::send(const Call& call, const std::string& token) {
  net::HTTPRequest request(call.method, pool_.peer().server.path + call.target, net::HTTPRequest::HTTP_1_1);
  request.setHost(pool_.peer().server.host, pool_.peer().server.port);
  request.setKeepAlive(true);
  request.set("Accept", "application/json");
  request.set("User-Agent", "depops-agent");
  if (!token.empty()) request.set("Authorization", "Bearer " + token);
  if (!call.body.empty()) {
    request.setContentType(call.content_type);
    request.setContentLength64(static_cast<Poco::Int64>(call.body.size()));
  } else if (call.method != "GET") {
    request.setContentLength64(0);
  }
  library_->sendRequest(request) << call.body << std::flush;
}

TlsSession::Head TlsSession::receive(Deadline deadline) {
  if (!set_what_is_left(deadline)) throw Poco::TimeoutException("no answer in time");
  net::HTTPResponse response;
  body_ = &library_->receiveResponse(response);
  used_ = std::chrono::steady_clock::now();
  Head head;
  head.status = static_cast<int>(response.getStatus());
  head.retry_after = read_retry_after(response.get("Retry-After", ""));
  if (response.hasContentLength()) head.length = static_cast<std::uint64_t>(response.getContentLength64());
  has_length_ = head.length.has_value();
  library_->remember();
  head.keeps = response.getKeepAlive() && (head.length || response.getChunkedTransferEncoding());
  return head;
}

std::istream& TlsSession::body() { return *body_; }

bool TlsSession::wait(Millis limit) {
  // The end of a body whose length is known needs no further byte.
  const bool there = has_length_ || body_->rdbuf()->in_avail() > 0 || library_->holds_bytes() ||
                     library_->socket().poll(span(limit), net::Socket::SELECT_READ);
  if (there) used_ = std::chrono::steady_clock::now();
  return there;
}

bool TlsSession::broke() const { return library_->networkException() != nullptr; }

bool TlsSession::set_what_is_left(Deadline deadline) {
  const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) return false;
  library_->socket().setReceiveTimeout(span(left));
  return true;
}

int TlsSession::socket() const { return static_cast<int>(library_->socket().impl()->sockfd()); }

}  // namespace depops::agent::kubernetes
