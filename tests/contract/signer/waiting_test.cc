#include "hub/main/waiting.h"

#include <catch2/catch.hpp>

namespace depops::hub {
namespace {

constexpr std::size_t kPlenty = 1'000'000;

PublishDesired document(const char* site, std::uint64_t generation, std::size_t bytes = 10) {
  return {SiteName(site), Generation(generation), std::string(bytes, 'x')};
}

SendDown ack(const char* site, sync::Stream stream, std::uint64_t contiguous) {
  return {SiteName(site), sync::Ack{stream, Sequence(contiguous), 1}};
}

Generation generation_of(const Word& word) { return std::get<PublishDesired>(word).generation; }

}  // namespace

TEST_CASE("a newer document of a site takes the place of an older one, and others keep their turn") {
  Waiting waiting;
  waiting.add(document("fra-1", 5));
  waiting.add(document("sin-1", 9));
  waiting.add(document("fra-1", 6));
  const auto taken = waiting.take(10, kPlenty, true);
  REQUIRE(taken.size() == 2);
  CHECK(generation_of(taken[0]) == Generation(6));
  CHECK(generation_of(taken[1]) == Generation(9));
  CHECK(waiting.size() == 0);
}

TEST_CASE("of the certificates of a site the newest is given") {
  Waiting waiting;
  waiting.add(SendDown{SiteName("fra-1"), sync::Certificate{"first"}});
  waiting.add(SendDown{SiteName("sin-1"), sync::Certificate{"another"}});
  waiting.add(SendDown{SiteName("fra-1"), sync::Certificate{"second"}});
  const auto taken = waiting.take(10, kPlenty, true);
  REQUIRE(taken.size() == 2);
  CHECK(std::get<sync::Certificate>(std::get<SendDown>(taken[0]).message).pem == "second");
}

TEST_CASE("a newer acknowledgement of a stream takes the place of an older one, questions are their own") {
  Waiting waiting;
  waiting.add(ack("fra-1", sync::Stream::events, 5));
  waiting.add(ack("fra-1", sync::Stream::audit, 3));
  waiting.add(SendDown{SiteName("fra-1"), sync::Resend{sync::Stream::events, Sequence(2)}});
  waiting.add(ack("fra-1", sync::Stream::events, 7));
  const auto taken = waiting.take(10, kPlenty, true);
  REQUIRE(taken.size() == 3);
  CHECK(std::get<SendDown>(taken[0]) == ack("fra-1", sync::Stream::events, 7));
}

TEST_CASE("what was not signed comes back before the others, unless something newer is there") {
  Waiting waiting;
  for (std::uint64_t number = 1; number <= 3; ++number)
    waiting.add(document(("site-" + std::to_string(number)).c_str(), number));
  auto taken = waiting.take(2, kPlenty, true);
  waiting.add(document("site-2", 20));
  waiting.give_back(std::move(taken));
  taken = waiting.take(10, kPlenty, true);
  REQUIRE(taken.size() == 3);
  CHECK(generation_of(taken[0]) == Generation(1));
  CHECK(generation_of(taken[1]) == Generation(3));
  CHECK(generation_of(taken[2]) == Generation(20));
}

TEST_CASE("documents that have to wait hold up nothing else") {
  Waiting waiting;
  waiting.add(document("fra-1", 5));
  waiting.add(SayState{true});
  waiting.add(ack("fra-1", sync::Stream::events, 5));
  CHECK(waiting.has(false));
  CHECK(waiting.take(10, kPlenty, false).size() == 2);
  CHECK_FALSE(waiting.has(false));
  CHECK(waiting.has(true));
  CHECK(waiting.take(10, kPlenty, true).size() == 1);
}

TEST_CASE("a batch has so many bytes, and always one word") {
  Waiting waiting;
  waiting.add(document("a", 1, 100));
  waiting.add(document("b", 2, 100));
  CHECK(waiting.take(10, 50, true).size() == 1);
  CHECK(waiting.take(10, 50, true).size() == 1);
  CHECK(waiting.take(10, 50, true).empty());
}

TEST_CASE("that the hub is there does not take the place of that it is not") {
  Waiting waiting;
  waiting.add(SayState{false});
  waiting.add(SayState{true});
  CHECK(waiting.take(10, kPlenty, true).size() == 2);
}

}  // namespace depops::hub
