#include "tests/contract/hooks/receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>

namespace depops::test {

Receiver::Receiver(std::string status) : status_(std::move(status)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listening_, 4) == 0);
  REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { work(); });
}

Receiver::~Receiver() {
  stopping_ = true;
  ::shutdown(listening_, SHUT_RDWR);
  thread_.join();
  ::close(listening_);
}

void Receiver::work() {
  while (!stopping_) {
    pollfd waiting{listening_, POLLIN, 0};
    if (::poll(&waiting, 1, 100) <= 0) continue;
    const int peer = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    take(peer);
    ::close(peer);
  }
}

// Whole when the body has the length that was promised.
void Receiver::take(int peer) {
  std::string request;
  char bytes[4'096];
  for (std::size_t whole = std::string::npos; request.size() < whole;) {
    const ssize_t got = ::recv(peer, bytes, sizeof bytes, 0);
    if (got <= 0) return;
    request.append(bytes, static_cast<std::size_t>(got));
    const std::size_t end = request.find("\r\n\r\n");
    const std::size_t length = request.find("Content-Length: ");
    if (end != std::string::npos) whole = end + 4 + (length < end ? std::stoul(request.substr(length + 16)) : 0);
  }
  {
    const std::lock_guard lock(mutex_);
    request_ = request;
    came_.notify_all();
  }
  if (status_.empty()) {
    while (!stopping_ && ::recv(peer, bytes, sizeof bytes, 0) > 0) continue;  // until the other side gives up
    return;
  }
  const std::string answer = "HTTP/1.1 " + status_ + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  (void)::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
}

std::string Receiver::wait_for_request() {
  std::unique_lock lock(mutex_);
  REQUIRE(came_.wait_for(lock, std::chrono::seconds(20), [this] { return !request_.empty(); }));
  return request_;
}

}  // namespace depops::test
