#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

namespace depops::demo {

// One connection with at most one request under way. Never repeats anything. Owner polls fd() for events().
class Exchange {
 public:
  Exchange(const sockaddr_in& address, bool kept);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void send(const std::string& request, std::int64_t now_ms);
  void advance();
  void fail(const char* word);

  int fd() const { return fd_; }
  short events() const;
  bool idle() const { return !under_way_; }
  bool kept() const { return kept_; }
  bool usable() const { return fd_ >= 0; }

  // Of the last request, once idle: a status, or a word of failure.
  std::string outcome;
  std::string version = "-";
  std::int64_t sent_ms = 0;

 private:
  void on_writable();
  void on_readable();
  void parse();
  void finish(std::string word, bool close);

  int fd_ = -1;
  bool kept_;
  bool connecting_ = false;
  bool under_way_ = false;
  std::string unsent_;
  std::string answer_;
};

}  // namespace depops::demo
