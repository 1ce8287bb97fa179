#pragma once

#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace depops::agent::haproxy {

// The admin socket of a HAProxy with one backend, as far as the router asks it. Each worker begins with the weights
// that are given here, as a new one does with its configuration.
class FakeAdmin {
 public:
  FakeAdmin(const std::string& path, std::string description, std::string backend, std::map<std::string, int> weights);
  ~FakeAdmin();

  // Another worker takes over each time such a command was carried out, so many times.
  void replace_after(const std::string& command, int times = 1);
  int replaced() const;

 private:
  void serve();
  std::string answer(const std::string& line);
  std::string info() const;
  std::string state() const;
  void set_weight(const std::string& command);

  const std::string description_, backend_;
  const std::map<std::string, int> configured_;
  int listener_ = -1;
  mutable std::mutex mutex_;
  std::map<std::string, int> weights_;
  std::string trigger_;
  int times_ = 0, replaced_ = 0;
  std::thread thread_;
};

}  // namespace depops::agent::haproxy
