#include "deploy/demo/stream/exchange.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace depops::demo {
namespace {

std::string header(const std::string& head, const char* name) {
  const std::size_t length = ::strlen(name);
  for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
    if (::strncasecmp(head.c_str() + at + 2, name, length) != 0 || head[at + 2 + length] != ':') continue;
    const std::size_t begin = head.find_first_not_of(' ', at + 3 + length);
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
  return {};
}

}  // namespace

Exchange::Exchange(const sockaddr_in& address, bool kept) : kept_(kept) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  connecting_ = fd_ >= 0 && ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
  if (connecting_ && errno != EINPROGRESS) {
    ::close(fd_);
    fd_ = -1;
  }
}

Exchange::~Exchange() {
  if (fd_ >= 0) ::close(fd_);
}

short Exchange::events() const { return connecting_ || !unsent_.empty() ? POLLOUT : POLLIN; }

void Exchange::send(const std::string& request, std::int64_t now_ms) {
  under_way_ = true;
  sent_ms = now_ms;
  version = "-";
  answer_.clear();
  unsent_ = request;
  if (fd_ < 0) return finish("refused", true);
  if (!connecting_) on_writable();
}

void Exchange::fail(const char* word) { finish(word, true); }

void Exchange::finish(std::string word, bool close) {
  under_way_ = false;
  outcome = std::move(word);
  unsent_.clear();
  if (close && fd_ >= 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

void Exchange::advance() {
  if (fd_ < 0) return;
  if (connecting_) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    connecting_ = false;
    if (error != 0) return finish("refused", true);
  }
  if (!unsent_.empty()) return on_writable();
  on_readable();
}

void Exchange::on_writable() {
  const ssize_t sent = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return finish("reset", true);
  if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
}

void Exchange::on_readable() {
  char buffer[16384];
  const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 && !under_way_) {
    ::close(fd_);  // a kept connection may be closed while nothing is under way: that is nobody's failure
    fd_ = -1;
    return;
  }
  if (got < 0) return finish("reset", true);
  if (got == 0) return finish(answer_.empty() ? "closed" : "cut", true);
  if (!under_way_) return finish("garbled", true);
  answer_.append(buffer, static_cast<std::size_t>(got));
  parse();
}

void Exchange::parse() {
  const std::size_t end = answer_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (answer_.size() > 65'536) finish("garbled", true);
    return;
  }
  const std::string head = answer_.substr(0, end + 2);
  const std::string length = header(head, "Content-Length");
  if (head.rfind("HTTP/1.", 0) != 0 || head.size() < 12 || length.empty()) return finish("garbled", true);
  const std::size_t whole = end + 4 + std::strtoull(length.c_str(), nullptr, 10);
  if (answer_.size() < whole) return;
  if (const std::string said = header(head, "X-Version"); !said.empty()) version = said;
  const bool closes = ::strcasecmp(header(head, "Connection").c_str(), "close") == 0;
  finish(answer_.size() > whole ? "garbled" : head.substr(9, 3), closes || !kept_ || answer_.size() > whole);
}

}  // namespace depops::demo
