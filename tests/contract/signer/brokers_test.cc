#include "hub/main/brokers.h"

#include <catch2/catch.hpp>

namespace depops::hub {
namespace {

class Door final : public ports::Transport {
 public:
  void start(std::vector<std::string>, Handlers given) override { handlers = std::move(given); }
  Result<void> publish(ports::Message message) override {
    said.push_back(message.payload);
    return {};
  }
  bool connected() const override { return true; }
  void stop() override {}

  Handlers handlers;
  std::vector<std::string> said;
};

const SiteName kFra("fra-1");
using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("what is said to a site goes to the brokers where it was heard lately, and to all while none is known") {
  Door first, second;
  Brokers brokers({&first, &second});
  brokers.say_to(kFra, {"topic", "1"});
  brokers.heard(kFra, 1);
  brokers.say_to(kFra, {"topic", "2"});
  brokers.say_to(SiteName("sin-1"), {"topic", "3"});
  brokers.heard(kFra, 0);
  brokers.say_to(kFra, {"topic", "4"});
  CHECK(first.said == Said{"1", "3", "4"});
  CHECK(second.said == Said{"1", "2", "3", "4"});
}

TEST_CASE("what is for everybody goes to all brokers, and what arrives says by which it came") {
  Door first, second;
  Brokers brokers({&first, &second});
  std::vector<std::size_t> doors;
  std::vector<std::pair<std::size_t, bool>> links;
  brokers.start({"topic"}, {[&](const ports::Message& message) { doors.push_back(message.door); },
                            [&](std::size_t door, bool connected) { links.emplace_back(door, connected); }});
  second.handlers.message({"topic", "from the second"});
  first.handlers.message({"topic", "from the first"});
  second.handlers.link(true, "");
  CHECK(doors == std::vector<std::size_t>{1, 0});
  CHECK(links == std::vector<std::pair<std::size_t, bool>>{{1, true}});
  brokers.say_to_all({"topic", "all"});
  brokers.say_at(1, {"topic", "one"});
  CHECK(first.said == Said{"all"});
  CHECK(second.said == Said{"all", "one"});
}

}  // namespace depops::hub
