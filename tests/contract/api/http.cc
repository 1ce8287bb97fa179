#include "tests/contract/api/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <sstream>
#include <thread>

namespace depops::tests {
namespace {

constexpr auto kDeadline = std::chrono::seconds(20);

std::string lower(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

}  // namespace

const std::string& HttpAnswer::header(const std::string& name) const {
  static const std::string none;
  const auto found = headers.find(name);
  return found == headers.end() ? none : found->second;
}

Wire::Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

Wire::~Wire() { ::close(socket_); }

void Wire::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t some = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (some <= 0) return;  // the other side refused the rest; what it said is there to read
    sent += static_cast<std::size_t>(some);
  }
}

const std::string& Wire::read_until(const std::function<bool(const std::string&)>& enough) {
  const auto end = std::chrono::steady_clock::now() + kDeadline;
  std::array<char, 65'536> buffer{};
  while (!closed_ && !enough(got_)) {
    pollfd wait{socket_, POLLIN, 0};
    ::poll(&wait, 1, 200);
    if (std::chrono::steady_clock::now() > end) FAIL("no answer in time; so far: " << got_.substr(0, 2'000));
    if (wait.revents == 0) continue;
    const ssize_t some = ::recv(socket_, buffer.data(), buffer.size(), 0);
    closed_ = some <= 0;
    if (some > 0) got_.append(buffer.data(), static_cast<std::size_t>(some));
  }
  return got_;
}

const std::string& Wire::read_all() {
  return read_until([](const std::string&) { return false; });
}

std::string request_text(const std::string& method, const std::string& target, const Headers& headers,
                         const std::string& body) {
  std::string out = method + " " + target + " HTTP/1.1\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  if (!headers.contains("Content-Length") && (!body.empty() || method == "POST" || method == "PUT"))
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return out + "\r\n" + body;
}

HttpAnswer answer_of(const std::string& bytes) {
  HttpAnswer out;
  const auto end = bytes.find("\r\n\r\n");
  INFO("the answer is: " << bytes.substr(0, 500));
  REQUIRE(end != std::string::npos);
  std::istringstream lines(bytes.substr(0, end));
  std::string line;
  std::getline(lines, line);
  REQUIRE(line.size() > 12);
  out.status = std::stoi(line.substr(9, 3));
  while (std::getline(lines, line)) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    const auto colon = line.find(": ");
    if (colon != std::string::npos) out.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
  }
  out.body = bytes.substr(end + 4);
  return out;
}

HttpAnswer exchange(std::uint16_t port, const std::string& bytes) {
  Wire wire(port);
  wire.send(bytes);
  return answer_of(wire.read_all());
}

bool wait_for(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    if (done()) return true;
    std::this_thread::yield();
    ::poll(nullptr, 0, 5);
  }
  return done();
}

}  // namespace depops::tests
