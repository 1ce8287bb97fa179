#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace depops::test {

// A small HTTP server on 127.0.0.1 that gives one page to everybody who asks, one after another.
class Exporter {
 public:
  explicit Exporter(std::string page, std::string status = "200 OK");
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void serve(std::string page);   // from now on
  std::string last_path() const;  // what was asked for last

 private:
  void work();
  void answer(int peer);

  mutable std::mutex mutex_;
  std::string page_;
  std::string status_;
  std::string last_path_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace depops::test
