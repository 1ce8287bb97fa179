#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/ports/transport.h"

namespace depops::test {

class FakeTransport;

// A broker in memory for one thread: nothing is delivered before deliver() is called, in the order it was published.
// The simulation decides there what is lost, doubled or late.
class FakeBroker {
 public:
  std::unique_ptr<FakeTransport> client(std::optional<ports::Message> will = std::nullopt);

  void go_down();  // every link is lost; retained messages and what was queued are gone
  void come_up();
  bool deliver_one();  // false: nothing is waiting
  void deliver();      // until nothing is waiting
  std::size_t waiting() const { return queue_.size(); }

 private:
  friend class FakeTransport;
  void connect(FakeTransport& client);
  void disconnect(FakeTransport& client, bool with_will, const std::string& why);
  void publish(const ports::Message& message);

  struct Delivery {
    FakeTransport* to = nullptr;
    ports::Message message;
  };
  bool up_ = true;
  std::vector<FakeTransport*> clients_;  // started ones, connected or not
  std::map<std::string, ports::Message> retained_;
  std::deque<Delivery> queue_;
};

class FakeTransport : public ports::Transport {
 public:
  FakeTransport(FakeBroker& broker, std::optional<ports::Message> will) : broker_(broker), will_(std::move(will)) {}
  ~FakeTransport() override;

  void start(std::vector<std::string> topics, Handlers handlers) override;
  Result<void> publish(ports::Message message) override;
  bool connected() const override { return connected_; }
  void stop() override;
  void break_link();  // the network goes, the broker stays: the will is sent, and the link comes back at once

 private:
  friend class FakeBroker;
  bool wants(const std::string& topic) const;

  FakeBroker& broker_;
  std::optional<ports::Message> will_;
  std::vector<std::string> topics_;
  Handlers handlers_;
  bool started_ = false;
  bool connected_ = false;
};

// MQTT's rule: '+' is one level, '#' at the end is all the rest.
bool topic_matches(const std::string& filter, const std::string& topic);

}  // namespace depops::test
