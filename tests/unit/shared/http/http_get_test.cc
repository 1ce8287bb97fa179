#include "shared/http/http_get.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

namespace depops::http {
namespace {

// Answers one connection with these bytes, then closes it; or goes on with a byte every 20 ms until the peer left.
class Endpoint {
 public:
  explicit Endpoint(std::string answer, bool drips = false) : answer_(std::move(answer)), drips_(drips) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listening_, 1) == 0);
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Endpoint() {
    if (thread_.joinable()) thread_.join();
    ::close(listening_);
  }
  // After the answer.
  const std::string& request() {
    if (thread_.joinable()) thread_.join();
    return request_;
  }
  Page page() const { return {"127.0.0.1", port_, "/metrics", ""}; }

 private:
  void serve() {
    const int peer = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    char request[512];
    const ssize_t got = ::recv(peer, request, sizeof request, 0);
    if (got > 0) request_.assign(request, static_cast<std::size_t>(got));
    (void)!::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    pollfd gone{peer, POLLIN, 0};
    while (drips_ && ::poll(&gone, 1, 20) == 0) (void)!::send(peer, ".", 1, MSG_NOSIGNAL);
    ::close(peer);
  }

  std::string answer_;
  bool drips_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::string request_;
  std::thread thread_;
};

Result<std::string> get(const std::string& answer, std::uint64_t max_bytes = 100) {
  const Endpoint endpoint(answer);
  return http_get(endpoint.page(), Millis(10'000), max_bytes);
}

}  // namespace

TEST_CASE("the body of a whole answer, with and without its length") {
  CHECK(get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nup 1\n").value() == "up 1\n");
  CHECK(get("HTTP/1.0 200 OK\r\n\r\nup 1\n").value() == "up 1\n");
  CHECK(get("HTTP/1.0 200 OK\r\n\r\n").value().empty());
  CHECK(get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nup 1\n\r\n0\r\n\r\n").value() == "up 1\n");
}

TEST_CASE("half an answer, another status, too many bytes and what is no HTTP are errors") {
  CHECK(get("HTTP/1.1 200 OK\r\nCONTENT-LENGTH:  50\r\n\r\nup 1\n").error().code == Errc::unavailable);
  CHECK(get("HTTP/1.1 503 Later\r\n\r\nup 1\n").error().what == "status 503");
  CHECK(get("HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x')).error().code == Errc::exhausted);
  CHECK(get("HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'x')).error().code == Errc::exhausted);
  CHECK_FALSE(get("up 1\n").ok());
  CHECK_FALSE(get("").ok());
}

TEST_CASE("a status that is no 200 comes with its body to who asks for both") {
  const Endpoint endpoint("HTTP/1.1 422 No\r\nContent-Length: 3\r\n\r\nwhy");
  const auto answer = http_ask(endpoint.page(), Millis(10'000), 100);
  REQUIRE(answer.ok());
  CHECK(answer->status == 422);
  CHECK(answer->body == "why");
}

TEST_CASE("credentials go along as Basic, and nowhere else") {
  Endpoint endpoint("HTTP/1.1 200 OK\r\n\r\nfine");
  Page page = endpoint.page();
  page.credentials = "ann:open sesame";
  CHECK(http_get(page, Millis(10'000), 100).value() == "fine");
  CHECK(endpoint.request().find("Authorization: Basic YW5uOm9wZW4gc2VzYW1l\r\n") != std::string::npos);
}

TEST_CASE("a name is looked up") {
  const Endpoint endpoint("HTTP/1.1 200 OK\r\n\r\nfine");
  Page page = endpoint.page();
  page.host = "localhost";
  CHECK(http_get(page, Millis(10'000), 100).value() == "fine");
}

TEST_CASE("an endpoint that drips is given up at the end of its time") {
  const Endpoint endpoint("HTTP/1.1 200 OK\r\n\r\n", true);
  CHECK(http_get(endpoint.page(), Millis(200), 1'000'000).error().code == Errc::unavailable);
}

TEST_CASE("a port where nobody listens is told as it is") {
  std::uint16_t port = 0;
  {
    const Endpoint endpoint("");
    port = endpoint.page().port;
    (void)http_get(endpoint.page(), Millis(1'000), 1).ok();
  }
  CHECK(http_get({"127.0.0.1", port, "/", ""}, Millis(1'000), 1).error().code == Errc::unavailable);
}

}  // namespace depops::http
