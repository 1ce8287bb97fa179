#include "tests/e2e/faults/road.h"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "tests/e2e/stage/trouble.h"

namespace depops::faults {
namespace {

constexpr int kMessages = 10'000;

Packet message(int number) { return Packet::publish("depops/v1/fra-1/up/ev", std::to_string(number), 1); }

// Sends so many messages, one a millisecond; what arrives, by its bytes.
std::vector<std::string> arrived(Road& road, const Mischief& mischief) {
  std::vector<std::string> all;
  for (int i = 0; i < 2 * kMessages; ++i) {
    if (i < kMessages) road.take(message(i), mischief, Millis(i));
    while (auto next = road.next(Millis(i))) all.push_back(next->bytes());
  }
  return all;
}

std::vector<std::string> sent() {
  std::vector<std::string> all;
  for (int i = 0; i < kMessages; ++i) all.push_back(message(i).bytes());
  return all;
}

}  // namespace

TEST_CASE("packets come out of a stream however it is cut") {
  const std::string long_one(300, 'x');
  const std::string stream =
      Packet::publish("a/b", long_one, 1).bytes() + Packet::puback(7).bytes() + Packet::publish("c", "", 0).bytes();
  std::string arrived;
  std::vector<Packet> all;
  for (const char byte : stream) {
    arrived += byte;
    while (auto packet = Packet::take_from(arrived)) all.push_back(*packet);
  }
  REQUIRE(all.size() == 3);
  CHECK(all[0].topic() == "a/b");
  CHECK(all[0].qos() == 1);
  all[0].set_id(40'000);
  CHECK(all[0].id() == 40'000);
  CHECK(all[0].topic() == "a/b");
  CHECK(all[1].is(Packet::Kind::puback));
  CHECK(all[1].id() == 7);
  CHECK(all[2].qos() == 0);
  CHECK(arrived.empty());
  std::string rubbish(10, '\xff');
  CHECK_THROWS_AS(Packet::take_from(rubbish), stage::Trouble);
}

TEST_CASE("a road without mischief hands on what it takes, in order") {
  Road road(1);
  CHECK(arrived(road, {}) == sent());
  CHECK(road.tally().taken == kMessages);
}

TEST_CASE("a road loses, doubles and mixes as much as it is told, the same for the same seed") {
  Road losing(1);
  const auto left = arrived(losing, {0.3, 1, Millis(0)});
  CHECK(left.size() + losing.tally().lost == kMessages);
  CHECK(losing.tally().lost > kMessages / 4);
  CHECK(losing.tally().lost < kMessages * 7 / 20);
  Road again(1);
  CHECK(arrived(again, {0.3, 1, Millis(0)}) == left);

  Road doubling(2);
  std::map<std::string, int> copies;
  for (const std::string& one : arrived(doubling, {0, 5, Millis(0)})) ++copies[one];
  CHECK(copies.size() == kMessages);
  for (const auto& [bytes, count] : copies) CHECK((count >= 1 && count <= 5));

  Road mixing(3);
  auto mixed = arrived(mixing, {0, 1, Millis(5'000)});
  CHECK(mixed != sent());
  CHECK(mixing.tally().overtaken > kMessages / 2);
  CHECK(mixing.tally().furthest > 100);
  auto wanted = sent();
  std::ranges::sort(mixed);
  std::ranges::sort(wanted);
  CHECK(mixed == wanted);
}

}  // namespace depops::faults
