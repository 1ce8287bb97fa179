#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "shared/ports/transport.h"
#include "tests/contract/transport/mosquitto.h"
#include "tests/support/fake_broker.h"

namespace depops::test {

// What one client saw, from whatever thread.
struct Seen {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<ports::Message> messages;
  std::vector<bool> links;

  ports::Transport::Handlers handlers();
  std::size_t count(const std::string& payload);
  // True as soon as `holds` does; false after 30 s. `step` comes before every look (the fake broker delivers there).
  bool wait(const std::function<bool(Seen&)>& holds, const std::function<void()>& step);
};

class FakeKind {
 public:
  std::unique_ptr<ports::Transport> client(const std::string& name, std::optional<ports::Message> will = std::nullopt);
  void up() { broker_.come_up(); }
  void down() { broker_.go_down(); }
  void step() { broker_.deliver(); }

 private:
  FakeBroker broker_;
};

class MosquittoKind {
 public:
  std::unique_ptr<ports::Transport> client(const std::string& name, std::optional<ports::Message> will = std::nullopt);
  void up() { broker_.start(); }
  void down() { broker_.kill(); }
  void step() {}

 private:
  Mosquitto broker_;
};

}  // namespace depops::test
