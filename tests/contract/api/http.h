#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace depops::tests {

// An HTTP client on bare sockets, so that a test can also send what no library would.
struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; one that came twice holds the last
  std::string body;

  const std::string& header(const std::string& name) const;
};

using Headers = std::map<std::string, std::string>;

// One connection to 127.0.0.1. Every wait has a deadline; after it the test fails.
class Wire {
 public:
  explicit Wire(std::uint16_t port);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void send(const std::string& bytes);
  // Reads until `enough` of all that came, or until the other side closed. Gives all that came.
  const std::string& read_until(const std::function<bool(const std::string&)>& enough);
  const std::string& read_all();
  bool closed() const { return closed_; }

 private:
  int socket_ = -1;
  bool closed_ = false;
  std::string got_;
};

// Content-Length is added unless it is given.
std::string request_text(const std::string& method, const std::string& target, const Headers& headers,
                         const std::string& body);
HttpAnswer answer_of(const std::string& bytes);
HttpAnswer exchange(std::uint16_t port, const std::string& bytes);

// Until `done` says so; false after ten seconds.
bool wait_for(const std::function<bool()>& done);

}  // namespace depops::tests
