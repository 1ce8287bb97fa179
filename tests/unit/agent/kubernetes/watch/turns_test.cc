#include "agent/kubernetes/watch/turns.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

// "list", "list at X", "watch from X", "pause N"
std::string next(const Turns& turns) {
  const Turn turn = turns.next();
  if (const auto* list = std::get_if<ListTurn>(&turn)) return list->at.empty() ? "list" : "list at " + list->at.str();
  if (const auto* watch = std::get_if<WatchTurn>(&turn)) return "watch from " + watch->from.str();
  return "pause " + std::to_string(std::get<PauseTurn>(turn).pause.count());
}

Failure failure(FailureKind kind) {
  Failure failure;
  failure.kind = kind;
  return failure;
}

Turns watching() {
  Turns turns;
  turns.page({}, ResourceVersion("5"));
  return turns;
}

}  // namespace

TEST_CASE("first all pages of a list, then a watch from where it was taken") {
  Turns turns;
  CHECK(next(turns) == "list");
  turns.page(Continue("a"), ResourceVersion("5"));
  CHECK(next(turns) == "list at a");
  turns.page(Continue(""), ResourceVersion("5"));
  CHECK(next(turns) == "watch from 5");
}

TEST_CASE("a stream that ends is resumed from the last that it delivered, without a pause if it did") {
  Turns turns = watching();
  turns.delivered(ResourceVersion("8"));
  turns.ended(Millis(10), 1.0);
  CHECK(next(turns) == "watch from 8");
  turns.ended(Millis(10), 1.0);
  CHECK(next(turns) == "pause 500");
  turns.paused();
  CHECK(next(turns) == "watch from 8");
  turns.ended(Millis(10), 1.0);
  CHECK(next(turns) == "pause 1000");
}

TEST_CASE("a stream that lasted is well, also if nothing came") {
  Turns turns = watching();
  for (int i = 0; i < 50; ++i) {
    turns.ended(Millis(300'000), 1.0);
    CHECK(next(turns) == "watch from 5");
  }
}

TEST_CASE("what the server has forgotten is listed again at once, but not over and over") {
  Turns turns = watching();
  turns.failed(failure(FailureKind::gone), 1.0);
  CHECK(next(turns) == "list");
  turns.page({}, ResourceVersion("9"));
  turns.failed(failure(FailureKind::gone), 1.0);
  CHECK(next(turns) == "pause 500");
  turns.paused();
  CHECK(next(turns) == "list");
}

TEST_CASE("a page that is no longer known begins the list again") {
  Turns turns;
  turns.page(Continue("a"), ResourceVersion("5"));
  turns.failed(failure(FailureKind::gone), 1.0);
  CHECK(next(turns) == "list");
}

TEST_CASE("trouble waits longer each time, and what was reached is kept") {
  Turns turns = watching();
  turns.failed(failure(FailureKind::unavailable), 1.0);
  CHECK(next(turns) == "pause 500");
  turns.paused();
  CHECK(next(turns) == "watch from 5");
  turns.failed(failure(FailureKind::forbidden), 1.0);
  CHECK(next(turns) == "pause 1000");
  turns.paused();
  turns.delivered(ResourceVersion("6"));
  turns.failed(failure(FailureKind::unavailable), 1.0);
  CHECK(next(turns) == "pause 500");
}
