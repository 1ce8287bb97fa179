#include "shared/mqtt/walk.h"

#include <catch2/catch.hpp>

namespace depops::mqtt {
namespace {

// The broker of the next attempt, with "!" if an identity is asked for there.
std::string step(Walk& walk) {
  const bool ask = walk.next().ask;
  return walk.url() + (ask ? "!" : "");
}

}  // namespace

TEST_CASE("each attempt goes to the next broker, and each round of them asks once which identity to show") {
  Walk walk({"a", "b", "c"});
  std::string steps;
  for (int i = 0; i < 7; ++i) steps += step(walk) + " ";
  CHECK(steps == "a! b c a! b c a! ");
}

TEST_CASE("with one broker every attempt goes there, with another identity if there is one") {
  Walk walk({"a"});
  CHECK_FALSE(walk.has_others());
  for (int i = 0; i < 3; ++i) {
    const Walk::Step one = walk.next();
    CHECK_FALSE(one.other);
    CHECK(one.ask);
  }
}

TEST_CASE("who has another identity shows it at once, to the broker it is at, and then to all others") {
  Walk walk({"a", "b"});
  CHECK(step(walk) == "a!");
  CHECK(step(walk) == "b");
  walk.ask_anew();
  walk.stay();
  CHECK_FALSE(walk.next().other);
  CHECK(walk.url() == "b");
  CHECK(step(walk) == "a");
  CHECK(step(walk) == "b!");
}

}  // namespace depops::mqtt
