#include "shared/sync/outbox.h"

#include <catch2/catch.hpp>

#include "tests/unit/shared/sync/moments.h"

namespace depops::sync {
namespace {

Outbox online_outbox(std::uint64_t last, OutboxLimits limits = {}) {
  Outbox outbox(7, limits);
  outbox.load({Stream::events, Sequence(1), Sequence(last)}, Sequence(0));
  outbox.set_online(true, at(0));
  return outbox;
}

}  // namespace

TEST_CASE("nothing leaves before the hub said that it is online") {
  Outbox outbox(1);
  outbox.appended(Stream::events, Sequence(3));
  REQUIRE_FALSE(outbox.next(at(0)).has_value());
  outbox.set_online(true, at(0));
  const auto due = outbox.next(at(0));
  REQUIRE(due.has_value());
  REQUIRE(due->first == Sequence(1));
  REQUIRE(due->max_entries == 3);
  REQUIRE(outbox.backlog() == 3);
}

TEST_CASE(
    "only what was certainly never sent may be replaced: nothing of before the start, nothing that was published") {
  Outbox outbox = online_outbox(5);
  outbox.appended(Stream::events, Sequence(9));
  REQUIRE_FALSE(outbox.never_left(Stream::events, Sequence(5)));
  REQUIRE(outbox.never_left(Stream::events, Sequence(6)));
  outbox.left(Stream::events, Sequence(7));
  outbox.left(Stream::events, Sequence(6));
  REQUIRE_FALSE(outbox.never_left(Stream::events, Sequence(7)));
  REQUIRE(outbox.never_left(Stream::events, Sequence(8)));
}

TEST_CASE("tombstones are not counted as something to tell, until some of their block are acknowledged") {
  Outbox outbox = online_outbox(0);
  outbox.appended(Stream::events, Sequence(5'000));
  for (std::uint64_t i = 2'000; i < 4'000; ++i) outbox.buried(Stream::events, Sequence(i));
  REQUIRE(outbox.backlog() == 5'000);
  REQUIRE(outbox.telling() == 3'000);
  REQUIRE(outbox.on_ack({Stream::events, Sequence(1'500), 1 << 20}, at(1)) == AckResult::advanced);
  REQUIRE(outbox.telling() == 3'500 - 2'000 + 48);  // 2,000 to 2,047 are in the block that has begun
  REQUIRE(outbox.on_ack({Stream::events, Sequence(5'000), 1 << 20}, at(2)) == AckResult::advanced);
  REQUIRE(outbox.telling() == 0);
}

TEST_CASE("audit goes before events") {
  Outbox outbox = online_outbox(1);
  outbox.appended(Stream::audit, Sequence(1));
  REQUIRE(outbox.next(at(0))->stream == Stream::audit);
  outbox.sent(Stream::audit, Sequence(1), 1, 10, at(0));
  REQUIRE(outbox.next(at(0))->stream == Stream::events);
}

TEST_CASE("the window bounds frames and bytes, and an Ack opens it again") {
  OutboxLimits limits;
  limits.window_frames = 2;
  Outbox outbox = online_outbox(10, limits);
  outbox.sent(Stream::events, Sequence(1), 1, 100, at(0));
  outbox.sent(Stream::events, Sequence(2), 1, 100, at(0));
  REQUIRE_FALSE(outbox.next(at(0)).has_value());
  REQUIRE(outbox.on_ack({Stream::events, Sequence(1), 150}, at(1)) == AckResult::advanced);
  REQUIRE(outbox.next(at(1))->max_bytes == 50);  // credit 150, 100 in flight
  REQUIRE(outbox.on_ack({Stream::events, Sequence(1), 0}, at(1)) == AckResult::repeated);
  REQUIRE_FALSE(outbox.next(at(1)).has_value());
}

TEST_CASE("told to wait it sends nothing, and when it is called whole runs at once, long before it would ask") {
  Outbox outbox = online_outbox(1'000);
  REQUIRE(outbox.on_ack({Stream::events, Sequence(), 0, Millis(120'000)}, at(5)) == AckResult::repeated);
  REQUIRE_FALSE(outbox.next(at(100'000)).has_value());
  REQUIRE(*outbox.wake_at() >= Millis(120'000));
  REQUIRE(outbox.on_ack({Stream::events, Sequence(), 200'000}, at(100'000)) == AckResult::repeated);
  REQUIRE(outbox.next(at(100'000)) == SendOrder{Stream::events, Sequence(1), 1'000, 200'000});
  outbox.sent(Stream::events, Sequence(1), 400, 200'000, at(100'000));
  REQUIRE(*outbox.wake_at() <= Millis(102'000));
}

TEST_CASE("silence makes it ask again with one entry, later and later, until an Ack comes") {
  Outbox outbox = online_outbox(10);
  outbox.sent(Stream::events, Sequence(1), 10, 1'000, at(0));
  std::int64_t now = 0;
  Millis last_wait{0};
  for (int attempt = 0; attempt < 12; ++attempt) {
    REQUIRE(outbox.wake_at().has_value());
    last_wait = *outbox.wake_at() - Millis(now);
    REQUIRE(last_wait >= Millis(1'000));
    REQUIRE(last_wait <= Millis(30'000));
    REQUIRE_FALSE(outbox.next(at(outbox.wake_at()->count() - 1)).has_value());
    now = outbox.wake_at()->count();
    const auto due = outbox.next(at(now));
    REQUIRE(due == SendOrder{Stream::events, Sequence(1), 1, 1});
    outbox.sent(Stream::events, Sequence(1), 1, 100, at(now));
    REQUIRE_FALSE(outbox.next(at(now)).has_value());
  }
  REQUIRE(outbox.on_ack({Stream::events, Sequence(1), 1 << 20}, at(now)) == AckResult::advanced);
  REQUIRE(outbox.next(at(now))->max_entries == 9);
}

TEST_CASE("a reconnect starts right after the last acknowledged entry") {
  Outbox outbox = online_outbox(10);
  outbox.sent(Stream::events, Sequence(1), 10, 1'000, at(0));
  REQUIRE(outbox.on_ack({Stream::events, Sequence(4), 1 << 20}, at(0)) == AckResult::advanced);
  outbox.set_online(false, at(1));
  REQUIRE_FALSE(outbox.next(at(1)).has_value());
  REQUIRE_FALSE(outbox.wake_at().has_value());
  outbox.set_online(true, at(2));
  REQUIRE(outbox.next(at(2))->first == Sequence(5));
}

TEST_CASE("an Ack beyond what was written means the journal is a copy") {
  Outbox outbox = online_outbox(3);
  REQUIRE(outbox.on_ack({Stream::events, Sequence(4), 1}, at(0)) == AckResult::ahead);
  REQUIRE(outbox.acked(Stream::events) == Sequence(0));
}

TEST_CASE("a Resend rewinds once per interval; a hub restored from a copy gets again what is retained") {
  Outbox outbox = online_outbox(10);
  outbox.sent(Stream::events, Sequence(1), 10, 1'000, at(0));
  REQUIRE(outbox.on_ack({Stream::events, Sequence(10), 1 << 20}, at(0)) == AckResult::advanced);
  outbox.pruned(Stream::events, Sequence(6));
  REQUIRE_FALSE(outbox.on_resend({Stream::events, Sequence(8)}, at(10)).has_value());
  REQUIRE(outbox.next(at(10))->first == Sequence(8));
  outbox.sent(Stream::events, Sequence(8), 3, 300, at(10));
  REQUIRE_FALSE(outbox.on_resend({Stream::events, Sequence(8)}, at(20)).has_value());
  REQUIRE_FALSE(outbox.next(at(20)).has_value());
  REQUIRE(outbox.on_resend({Stream::events, Sequence(2)}, at(30)) == Gone{Stream::events, Sequence(6)});
  REQUIRE(outbox.next(at(30))->first == Sequence(6));
  REQUIRE(outbox.position(Stream::events) == StreamPosition{Stream::events, Sequence(6), Sequence(10), Sequence(1)});
}

TEST_CASE("with a long backlog nothing is sent before the hub answered, or was silent") {
  Outbox outbox(1);
  outbox.load({Stream::events, Sequence(1), Sequence(1'000)}, Sequence());
  outbox.set_online(true, at(0));
  CHECK_FALSE(outbox.next(at(10)));
  outbox.on_ack({Stream::events, Sequence(), 4'096}, at(20));
  const auto due = outbox.next(at(20));
  REQUIRE(due);
  CHECK(due->max_bytes == 4'096);
  outbox.set_online(false, at(30));
  outbox.set_online(true, at(40));
  const auto question = outbox.next(at(40 + 1'100));
  REQUIRE(question);
  CHECK(question->max_entries == 1);
}

TEST_CASE("a hub that has no room is asked again when it said, not before") {
  Outbox outbox(1);
  outbox.load({Stream::events, Sequence(1), Sequence(1'000)}, Sequence());
  outbox.set_online(true, at(0));
  outbox.on_ack({Stream::events, Sequence(), 0, Millis(20'000)}, at(0));
  CHECK_FALSE(outbox.next(at(19'999)));
  REQUIRE(outbox.wake_at());
  CHECK(*outbox.wake_at() <= Millis(25'000));
  CHECK(outbox.next(at(25'000)));
}

}  // namespace depops::sync
