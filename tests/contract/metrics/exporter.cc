#include "tests/contract/metrics/exporter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace depops::test {

Exporter::Exporter(std::string page, std::string status) : page_(std::move(page)), status_(std::move(status)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool good = ::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                    ::listen(listening_, 16) == 0 &&
                    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!good) throw std::runtime_error("no port on 127.0.0.1 for a page of metrics");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { work(); });
}

Exporter::~Exporter() {
  stopping_ = true;
  ::shutdown(listening_, SHUT_RDWR);
  thread_.join();
  ::close(listening_);
}

void Exporter::serve(std::string page) {
  const std::lock_guard lock(mutex_);
  page_ = std::move(page);
}

std::string Exporter::last_path() const {
  const std::lock_guard lock(mutex_);
  return last_path_;
}

void Exporter::work() {
  while (!stopping_) {
    pollfd waiting{listening_, POLLIN, 0};
    if (::poll(&waiting, 1, 1'000) <= 0) continue;
    const int peer = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    answer(peer);
    ::close(peer);
  }
}

void Exporter::answer(int peer) {
  std::string request;
  char bytes[4'096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = ::recv(peer, bytes, sizeof bytes, 0);
    if (got <= 0) return;
    request.append(bytes, static_cast<std::size_t>(got));
  }
  std::string answer;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t from = request.find(' ') + 1;
    last_path_ = request.substr(from, request.find(' ', from) - from);
    answer = "HTTP/1.1 " + status_ +
             "\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\nContent-Length: " +
             std::to_string(page_.size()) + "\r\n\r\n" + page_;
  }
  std::size_t sent = 0;
  while (sent < answer.size()) {
    const ssize_t now = ::send(peer, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) return;
    sent += static_cast<std::size_t>(now);
  }
}

}  // namespace depops::test
