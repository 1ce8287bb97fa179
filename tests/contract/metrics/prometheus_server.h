#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/child.h"

namespace depops::test {

// A Prometheus of its own, with a folder of its own, that scrapes one target five times a second.
class PrometheusServer {
 public:
  explicit PrometheusServer(std::uint16_t target);
  ~PrometheusServer();
  PrometheusServer(const PrometheusServer&) = delete;
  PrometheusServer& operator=(const PrometheusServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "http://" + address(); }
  std::string log() const { return text_of_file((folder_ / "log").string()); }
  bool running() { return server_.running(); }
  void kill() { server_.kill(); }

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  Child server_;
};

}  // namespace depops::test
