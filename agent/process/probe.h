#pragma once

#include <cstdint>
#include <string>

#include "shared/rollout/snapshot.h"

namespace depops::agent::process {

// One readiness probe of 127.0.0.1:port without ever waiting: the owner polls fd() for events() and calls advance().
// HTTP: a status 200-399. TCP: the connection is accepted.
class Probe {
 public:
  Probe(std::uint16_t port, const rollout::Readiness& readiness);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  int fd() const { return fd_; }
  short events() const;
  void advance();
  bool done() const { return done_; }
  bool passed() const { return passed_; }
  const std::string& why() const { return why_; }  // "connection refused", "status 503"

 private:
  void connect(std::uint16_t port);
  void finish(bool passed, std::string why);
  void on_connected();
  void on_readable();

  rollout::Readiness readiness_;
  int fd_ = -1;
  bool connecting_ = false;
  bool done_ = false;
  bool passed_ = false;
  std::string why_;
  std::string answer_;
};

}  // namespace depops::agent::process
