#include "shared/threads/mailbox.h"

#include <catch2/catch.hpp>
#include <thread>

using depops::Mailbox;
using namespace std::chrono_literals;

TEST_CASE("of values that nobody took only the newest counts, and each is taken once") {
  Mailbox<int> box;
  box.give(1);
  box.give(2);
  CHECK(box.wait(0ms).value == 2);
  CHECK_FALSE(box.wait(0ms).value.has_value());
}

TEST_CASE("a ring is heard once, with or without a value") {
  Mailbox<int> box;
  box.ring();
  box.ring();
  box.give(3);
  const auto mail = box.wait(0ms);
  CHECK(mail.rung);
  CHECK(mail.value == 3);
  CHECK_FALSE(box.wait(0ms).rung);
}

TEST_CASE("the end stays, and cuts waiting and rest short") {
  Mailbox<int> box;
  CHECK(box.rest(0ms));
  box.ring();
  CHECK(box.rest(0ms));  // a ring does not end a rest
  box.give(4);
  box.close();
  CHECK(box.wait(1h).over);
  CHECK(box.wait(1h).over);
  CHECK_FALSE(box.rest(1h));
}

TEST_CASE("a value from another thread wakes the one that waits") {
  Mailbox<int> box;
  std::thread giver([&] { box.give(5); });
  CHECK(box.wait(1h).value == 5);
  giver.join();
}
