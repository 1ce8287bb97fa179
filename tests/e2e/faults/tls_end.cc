#include "tests/e2e/faults/tls_end.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tests/e2e/stage/trouble.h"

namespace depops::faults {
namespace {

constexpr std::size_t kPiece = 16'384;

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

Context context_of(const Papers& papers, bool server) {
  Context made(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()), &SSL_CTX_free);
  SSL_CTX_set_min_proto_version(made.get(), TLS1_3_VERSION);
  SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (SSL_CTX_use_certificate_chain_file(made.get(), papers.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(made.get(), papers.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_load_verify_file(made.get(), papers.authority.c_str()) != 1)
    throw stage::Trouble("TLS: cannot use " + papers.certificate + " with " + papers.key + " and " + papers.authority);
  return made;
}

void never_wait(int fd) {
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace

class TlsEnd::Body {
 public:
  Body(int fd, const Papers& papers, bool server) : fd_(fd), tls_(nullptr, &SSL_free) {
    if (fd < 0) return;
    never_wait(fd);
    const Context context = context_of(papers, server);
    tls_.reset(SSL_new(context.get()));  // keeps the context for as long as it lives
    SSL_set_fd(tls_.get(), fd);
    if (server) {
      SSL_set_accept_state(tls_.get());
    } else {
      SSL_set_connect_state(tls_.get());
    }
  }
  ~Body() {
    if (fd_ >= 0) ::close(fd_);
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  bool shake_hands() {
    if (fd_ < 0) return false;
    return SSL_is_init_finished(tls_.get()) == 1 || goes_on(SSL_do_handshake(tls_.get()));
  }
  bool ready() const { return SSL_is_init_finished(tls_.get()) == 1; }

  bool read(std::string& in) {
    for (;;) {
      char piece[kPiece];
      const int got = SSL_read(tls_.get(), piece, sizeof piece);
      if (got <= 0) return goes_on(got);
      in.append(piece, static_cast<std::size_t>(got));
    }
  }

  bool write(std::string& out, std::size_t most) {
    while (!out.empty() && most > 0) {
      const auto size = std::min({out.size(), most, kPiece});
      const int put = SSL_write(tls_.get(), out.data(), static_cast<int>(size));
      if (put <= 0) return goes_on(put);
      out.erase(0, static_cast<std::size_t>(put));
      most -= static_cast<std::size_t>(put);
      written_ += static_cast<std::size_t>(put);
    }
    return true;
  }

  int fd() const { return fd_; }
  bool awaits_write() const { return awaits_write_; }
  std::size_t written() const { return written_; }

 private:
  bool goes_on(int result) {
    const int why = result > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), result);
    ERR_clear_error();
    awaits_write_ = why == SSL_ERROR_WANT_WRITE;
    return why == SSL_ERROR_NONE || why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
  }

  int fd_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool awaits_write_ = false;
  std::size_t written_ = 0;
};

TlsEnd::TlsEnd(std::unique_ptr<Body> body) : body_(std::move(body)) {}
TlsEnd::TlsEnd(TlsEnd&&) noexcept = default;
TlsEnd::~TlsEnd() = default;

TlsEnd TlsEnd::accept(int listener, const Papers& papers) {
  return TlsEnd(std::make_unique<Body>(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC), papers, true));
}

TlsEnd TlsEnd::connect(const std::string& host, std::uint16_t port, const Papers& papers) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const bool there = ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1 &&
                     ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!there) ::close(fd);
  return TlsEnd(std::make_unique<Body>(there ? fd : -1, papers, false));
}

int TlsEnd::fd() const { return body_->fd(); }

short TlsEnd::awaited() const {
  return static_cast<short>(POLLIN | (body_->awaits_write() || (body_->ready() && !out.empty()) ? POLLOUT : 0));
}

bool TlsEnd::work(bool read, std::size_t write_most) {
  if (!body_->shake_hands()) return false;
  if (!body_->ready()) return true;
  const bool wrote = body_->write(out, write_most);
  return (!read || body_->read(in)) && wrote;
}

std::size_t TlsEnd::written() const { return body_->written(); }

}  // namespace depops::faults
