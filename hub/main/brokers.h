#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "shared/base/names.h"
#include "shared/ports/transport.h"

namespace depops::hub {

// All brokers of the hub as one. What is retained goes to all of them. What is said to one site goes to those by which
// it was heard lately, to all while none is known. The transports outlive it. Thread: any.
class Brokers {
 public:
  static constexpr std::chrono::minutes kLately{10};

  struct Handlers {
    std::function<void(ports::Message)> message;  // with `door`: by which broker it came
    std::function<void(std::size_t door, bool connected)> link;
  };

  explicit Brokers(std::vector<ports::Transport*> doors) : doors_(std::move(doors)) {}

  void start(const std::vector<std::string>& topics, Handlers handlers);
  void stop();
  void say_to_all(const ports::Message& message);
  void say_to(const SiteName& site, const ports::Message& message);
  void say_at(std::size_t door, const ports::Message& message);
  // A frame of the site came by this broker, and its signature held: not one that the broker kept or made up.
  void heard(const SiteName& site, std::size_t door);
  std::size_t size() const noexcept { return doors_.size(); }

 private:
  using Steady = std::chrono::steady_clock;
  std::vector<std::size_t> doors_of(const SiteName& site);

  std::vector<ports::Transport*> doors_;
  std::mutex mutex_;
  std::map<SiteName, std::map<std::size_t, Steady::time_point>> heard_;
};

}  // namespace depops::hub
