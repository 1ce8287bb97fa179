#include "hub/fleet/credit.h"

#include <catch2/catch.hpp>

using namespace depops;
using hub::fleet::Credit;
using sync::Stream;

namespace {

Moment moment_at(std::int64_t seconds) { return {Instant(), std::chrono::seconds(seconds), BootId("b")}; }
using Calls = std::vector<Credit::Call>;

SiteName site(std::size_t number) { return SiteName("s" + std::to_string(number)); }

Credit::Limits three_at_once() {
  Credit::Limits limits;
  limits.sites_at_once = 3;
  return limits;
}

// Sites that come back with 1,000 entries each.
void come_back(Credit& credit, std::size_t sites) {
  for (std::size_t i = 0; i < sites; ++i)
    credit.on_position(site(i), Stream::events, Sequence(1'000), {}, moment_at(0));
}

}  // namespace

TEST_CASE("only so many sites catch up at once; the others are told when to ask, and get a place that becomes free") {
  Credit credit(three_at_once());
  come_back(credit, 10);
  for (std::size_t i = 0; i < 3; ++i) CHECK(credit.grant(site(i), moment_at(0)).window > 0);
  for (std::size_t i = 3; i < 10; ++i) {
    const Credit::Grant grant = credit.grant(site(i), moment_at(0));
    CHECK(grant.window == 0);
    CHECK(grant.wait >= std::chrono::seconds(2));
    CHECK(grant.wait <= std::chrono::seconds(30));
  }
  CHECK(credit.waiting() == 7);
  credit.on_entries(site(0), Stream::events, Sequence(1'000), moment_at(1));  // has caught up
  CHECK(credit.grant(site(9), moment_at(1)).window > 0);
  CHECK(credit.grant(site(8), moment_at(1)).window == 0);
  CHECK(credit.grant(site(0), moment_at(1)).window > 0);  // what it writes from now on goes through
  credit.leave(site(1));
  CHECK(credit.grant(site(8), moment_at(1)).window > 0);
}

TEST_CASE("who waits is called in the order of asking as places become free, without asking again") {
  Credit credit(three_at_once());
  come_back(credit, 7);
  credit.on_position(site(4), Stream::audit, Sequence(500), {}, moment_at(0));
  for (std::size_t i = 0; i < 7; ++i) credit.grant(site(i), moment_at(0));
  credit.grant(site(3), moment_at(1));  // asks again: its place in the line stays
  CHECK(credit.next_turns(moment_at(1)).empty());
  credit.on_entries(site(1), Stream::events, Sequence(1'000), moment_at(1));
  CHECK(credit.next_turns(moment_at(1)) == Calls{{site(3), Stream::events}});
  CHECK(credit.grant(site(3), moment_at(1)).window > 0);
  credit.leave(site(0));
  credit.leave(site(5));  // it waits no more
  CHECK(credit.next_turns(moment_at(1)) == Calls{{site(4), Stream::events}, {site(4), Stream::audit}});
  credit.leave(site(2));
  CHECK(credit.next_turns(moment_at(1)) == Calls{{site(6), Stream::events}});
  credit.leave(site(6));
  CHECK(credit.next_turns(moment_at(1)).empty());
}

TEST_CASE("who asked when a place was free is not called for it later") {
  Credit credit(three_at_once());
  come_back(credit, 5);
  for (std::size_t i = 0; i < 5; ++i) credit.grant(site(i), moment_at(0));
  credit.leave(site(0));
  CHECK(credit.grant(site(4), moment_at(1)).window > 0);
  credit.leave(site(1));
  CHECK(credit.next_turns(moment_at(1)) == Calls{{site(3), Stream::events}});
  credit.leave(site(2));
  CHECK(credit.next_turns(moment_at(1)).empty());
  CHECK(credit.let_in() == 2);
}

TEST_CASE("who is called and does not come gives its place to the next") {
  Credit credit(three_at_once());
  come_back(credit, 5);
  for (std::size_t i = 0; i < 5; ++i) credit.grant(site(i), moment_at(0));
  credit.leave(site(0));
  REQUIRE(credit.next_turns(moment_at(10)) == Calls{{site(3), Stream::events}});
  for (std::size_t i = 1; i < 3; ++i) credit.on_entries(site(i), Stream::events, Sequence(10), moment_at(30));
  CHECK(credit.next_turns(moment_at(39)).empty());
  CHECK(credit.next_turns(moment_at(41)) == Calls{{site(4), Stream::events}});
}

TEST_CASE("who has a place and finds no room is the first to be called when there is some") {
  Credit credit(three_at_once());
  credit.set_room(32 << 20);
  come_back(credit, 5);
  for (std::size_t i = 0; i < 5; ++i) credit.grant(site(i), moment_at(0));
  credit.set_room(100 << 10);
  CHECK(credit.grant(site(2), moment_at(1)) == Credit::Grant{0, std::chrono::seconds(2)});
  CHECK(credit.waits_for_room());
  CHECK(credit.next_turns(moment_at(1)).empty());
  credit.set_room(32 << 20);
  CHECK(credit.next_turns(moment_at(2)) == Calls{{site(2), Stream::events}});
  CHECK_FALSE(credit.waits_for_room());
  CHECK(credit.grant(site(2), moment_at(2)).window > 0);
}

TEST_CASE("who was let in and falls silent gives its place away") {
  Credit credit(three_at_once());
  come_back(credit, 4);
  for (std::size_t i = 0; i < 3; ++i) credit.grant(site(i), moment_at(0));
  CHECK(credit.grant(site(3), moment_at(29)).window == 0);
  credit.on_entries(site(0), Stream::events, Sequence(10), moment_at(29));
  CHECK(credit.grant(site(3), moment_at(31)).window > 0);
  CHECK(credit.let_in() == 2);
  CHECK(credit.grant(site(1), moment_at(31)).window > 0);
  CHECK(credit.grant(site(2), moment_at(31)).window == 0);
}

TEST_CASE("windows follow the room, and none is too small to be worth a frame") {
  Credit credit;
  credit.set_room(64 << 20);
  CHECK(credit.grant(site(0), moment_at(0)).window == 1 << 20);
  credit.set_room(1 << 20);
  CHECK(credit.grant(site(0), moment_at(0)).window == (1 << 20) / 16);
  credit.set_room(100 << 10);
  CHECK(credit.grant(site(0), moment_at(0)) == Credit::Grant{0, std::chrono::seconds(2)});
}

TEST_CASE("all windows together are never more than the room") {
  Credit credit;
  credit.set_room(32 << 20);
  come_back(credit, 100);
  std::uint64_t sum = 0;
  for (std::size_t round = 0; round < 2; ++round) {
    sum = 0;
    for (std::size_t i = 0; i < 100; ++i) sum += 2 * credit.grant(site(i), moment_at(0)).window;
  }
  CHECK(credit.let_in() == 64);
  CHECK(sum > 0);
  CHECK(sum <= 32 << 20);
}
