#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace depops::test {

// Takes one request after another on 127.0.0.1 and answers each with the same line; without one it never answers.
class Receiver {
 public:
  explicit Receiver(std::string status);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  std::string url() const { return "http://user:pass-7@127.0.0.1:" + std::to_string(port_) + "/hooks?token=t-9"; }
  std::string wait_for_request();  // the newest, whole; fails the test if none comes

 private:
  void work();
  void take(int peer);

  std::string status_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable came_;
  std::string request_;
  std::thread thread_;
};

}  // namespace depops::test
