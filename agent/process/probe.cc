#include "agent/process/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

namespace depops::agent::process {

Probe::Probe(std::uint16_t port, const rollout::Readiness& readiness) : readiness_(readiness) { connect(port); }

void Probe::connect(std::uint16_t port) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return finish(false, std::string("no socket: ") + ::strerror(errno));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return on_connected();
  if (errno != EINPROGRESS) return finish(false, ::strerror(errno));
  connecting_ = true;
}

Probe::~Probe() {
  if (fd_ >= 0) ::close(fd_);
}

short Probe::events() const { return connecting_ ? POLLOUT : POLLIN; }

void Probe::finish(bool passed, std::string why) {
  done_ = true;
  passed_ = passed;
  why_ = std::move(why);
}

void Probe::advance() {
  if (done_) return;
  if (!connecting_) return on_readable();
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return finish(false, ::strerror(error));
  on_connected();
}

void Probe::on_connected() {
  connecting_ = false;
  if (readiness_.kind == rollout::Readiness::Kind::tcp) return finish(true, {});
  const std::string request = "GET " + readiness_.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  const ssize_t sent = ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) finish(false, "the request was not taken");
}

void Probe::on_readable() {
  char buffer[512];
  const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return finish(false, "closed without an answer");
  answer_.append(buffer, static_cast<std::size_t>(got));
  const std::size_t blank = answer_.find(' ');
  if (answer_.size() < 12 || blank == std::string::npos) {
    if (answer_.size() > 4096) finish(false, "no HTTP answer");
    return;
  }
  if (answer_.rfind("HTTP/1.", 0) != 0) return finish(false, "no HTTP answer");
  const std::string status = answer_.substr(blank + 1, 3);
  finish(status >= "200" && status <= "399", "status " + status);
}

}  // namespace depops::agent::process
