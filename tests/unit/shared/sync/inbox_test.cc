#include "shared/sync/inbox.h"

#include <catch2/catch.hpp>

#include "tests/unit/shared/sync/moments.h"

namespace depops::sync {
namespace {

Sender sender(const std::string& incarnation, std::uint64_t epoch = 1, std::uint64_t session = 1) {
  return {SiteName("fra-1"), SiteEpoch(epoch), incarnation, session};
}

Inbox inbox_of(const std::string& incarnation = "one", InboxLimits limits = {}) {
  Inbox inbox(limits);
  REQUIRE(inbox.admit(sender(incarnation)) == Admission::new_life);
  return inbox;
}

Run run(std::uint64_t first, std::vector<std::string> entries, Stream stream = Stream::events) {
  return {stream, Sequence(first), std::move(entries)};
}

}  // namespace

TEST_CASE("entries in order are fresh once, and acknowledged again when they come twice") {
  Inbox inbox = inbox_of();
  const Received first = inbox.on_run(run(1, {"a", "b"}), at(0));
  REQUIRE(first.fresh == std::vector<Entry>{{Stream::events, Sequence(1), "a"}, {Stream::events, Sequence(2), "b"}});
  REQUIRE(inbox.ack(Stream::events, 77) == Ack{Stream::events, Sequence(2), 77});
  const Received again = inbox.on_run(run(1, {"a", "b", "c"}), at(0));
  REQUIRE(again.duplicates == 2);
  REQUIRE(again.fresh.size() == 1);
  REQUIRE(inbox.contiguous(Stream::audit) == Sequence(0));
}

TEST_CASE("entries out of order are parked, asked for once per interval, and delivered in order") {
  Inbox inbox = inbox_of();
  REQUIRE(inbox.on_run(run(3, {"c"}), at(0)).resend == Resend{Stream::events, Sequence(1)});
  REQUIRE_FALSE(inbox.on_run(run(4, {"d"}), at(500)).resend.has_value());
  REQUIRE(inbox.on_run(run(5, {"e"}), at(1'000)).resend.has_value());
  const Received filled = inbox.on_run(run(1, {"a", "b"}), at(1'100));
  REQUIRE(filled.fresh.size() == 5);
  REQUIRE(filled.fresh.back().bytes == "e");
  REQUIRE_FALSE(filled.resend.has_value());
}

TEST_CASE("parking is bounded: what does not fit is dropped and asked for") {
  InboxLimits limits;
  limits.parked_entries = 2;
  Inbox inbox = inbox_of("one", limits);
  const Received out = inbox.on_run(run(2, {"b", "c", "d"}), at(0));
  REQUIRE(out.dropped == 1);
  REQUIRE(out.resend == Resend{Stream::events, Sequence(1)});
  REQUIRE(inbox.on_run(run(1, {"a"}), at(0)).fresh.size() == 3);
}

TEST_CASE("the same number with other content freezes the site, received or parked") {
  Inbox inbox = inbox_of();
  REQUIRE(inbox.on_run(run(1, {"a", "b"}), at(0)).fresh.size() == 2);
  const Received out = inbox.on_run(run(2, {"B", "c"}), at(0));
  REQUIRE(out.fresh.empty());
  REQUIRE(out.frozen.find("entry 2 of stream events") != std::string::npos);
  REQUIRE(inbox.admit(sender("one")) == Admission::frozen);
  REQUIRE(inbox.admit(sender("two")) == Admission::frozen);
  REQUIRE(inbox.on_run(run(3, {"c"}), at(0)).fresh.empty());
  REQUIRE(inbox.admit(sender("two", 2)) == Admission::new_life);  // enrolled again
  REQUIRE(inbox.frozen().empty());

  Inbox parked = inbox_of();
  REQUIRE(parked.on_run(run(5, {"e"}), at(0)).frozen.empty());
  REQUIRE_FALSE(parked.on_run(run(5, {"E"}), at(0)).frozen.empty());
}

TEST_CASE("a site whose stream ends before what was received went back in time, if it says so on a new connection") {
  Inbox inbox = inbox_of();
  REQUIRE(inbox.on_run(run(1, {"a", "b"}), at(0)).fresh.size() == 2);
  REQUIRE(inbox.on_position({Stream::events, Sequence(1), Sequence(2)}, at(0)).frozen.empty());
  REQUIRE(inbox.admit(sender("one", 1, 2)) == Admission::known);
  REQUIRE(inbox.on_position({Stream::events, Sequence(1), Sequence(2)}, at(0)).frozen.empty());
  REQUIRE_FALSE(inbox.on_position({Stream::events, Sequence(1), Sequence(1)}, at(0)).frozen.empty());
}

TEST_CASE("a Hello that comes late or twice, after entries of its own or a later connection, freezes nothing") {
  const StreamPosition old{Stream::events, Sequence(1), Sequence(1)};
  Inbox inbox = inbox_of();
  REQUIRE(inbox.on_run(run(1, {"a", "b"}), at(0)).fresh.size() == 2);
  REQUIRE(inbox.on_position(old, at(0)).frozen.empty());
  REQUIRE(inbox.admit(sender("one", 1, 2)) == Admission::known);
  REQUIRE(inbox.on_run(run(3, {"c"}), at(0)).fresh.size() == 1);
  REQUIRE(inbox.admit(sender("one", 1, 1)) == Admission::known);
  REQUIRE(inbox.on_position(old, at(0)).frozen.empty());
  Inbox restarted;
  restarted.load(inbox.record());
  REQUIRE(restarted.admit(sender("one", 1, 2)) == Admission::known);
  REQUIRE(restarted.on_position(old, at(0)).frozen.empty());
  REQUIRE(restarted.admit(sender("one", 1, 3)) == Admission::known);
  REQUIRE_FALSE(restarted.on_position(old, at(0)).frozen.empty());
}

TEST_CASE("what is gone is a gap, said once, and what was parked behind it follows") {
  Inbox inbox = inbox_of();
  REQUIRE(inbox.on_run(run(5, {"e"}), at(0)).resend.has_value());
  const Received out = inbox.on_gone({Stream::events, Sequence(4)});
  REQUIRE(out.gap == Gap{Stream::events, Sequence(1), Sequence(3)});
  REQUIRE(inbox.contiguous(Stream::events) == Sequence(3));
  REQUIRE(inbox.on_run(run(4, {"d"}), at(0)).fresh.size() == 2);
  REQUIRE_FALSE(inbox.on_gone({Stream::events, Sequence(4)}).gap.has_value());
  REQUIRE(inbox.on_position({Stream::events, Sequence(9), Sequence(9)}, at(0)).gap ==
          Gap{Stream::events, Sequence(6), Sequence(8)});
}

TEST_CASE("an earlier life is refused, also after the hub restarted") {
  Inbox inbox = inbox_of("one");
  REQUIRE(inbox.admit(sender("one")) == Admission::known);
  REQUIRE(inbox.admit(sender("two")) == Admission::new_life);
  REQUIRE(inbox.admit(sender("one")) == Admission::old_life);
  REQUIRE(inbox.admit(sender("three", 0)) == Admission::old_life);
  REQUIRE(inbox.on_run(run(1, {"a", "b"}), at(0)).fresh.size() == 2);

  Inbox restarted;
  restarted.load(inbox.record());
  REQUIRE(restarted.record() == inbox.record());
  REQUIRE(restarted.admit(sender("one")) == Admission::old_life);
  REQUIRE(restarted.admit(sender("two")) == Admission::known);
  REQUIRE(restarted.on_run(run(2, {"b", "c"}), at(0)).duplicates == 1);
  REQUIRE_FALSE(restarted.on_run(run(3, {"C"}), at(0)).frozen.empty());
}

TEST_CASE("A24 F41 an entry that was written behind another one than the hub has freezes the site") {
  Inbox inbox = inbox_of();
  REQUIRE(inbox.on_run(run(1, {"a", "b"}), at(0)).fresh.size() == 2);
  Run next = run(3, {"c"});
  next.previous = fingerprint("another b");
  CHECK_FALSE(inbox.on_run(next, at(0)).frozen.empty());
  CHECK(inbox.contiguous(Stream::events) == Sequence(2));
  inbox.lift();
  next.previous = fingerprint("b");
  CHECK(inbox.on_run(next, at(0)).fresh.size() == 1);
}

TEST_CASE("A24 F41 an entry that came early and was written behind another one freezes, and what came before stays") {
  Inbox inbox = inbox_of();
  Run early = run(3, {"c", "d"});
  early.previous = fingerprint("another b");
  REQUIRE(inbox.on_run(early, at(0)).fresh.empty());
  const Received late = inbox.on_run(run(1, {"a", "b"}), at(0));
  CHECK(late.fresh.size() == 2);
  CHECK_FALSE(late.frozen.empty());
  CHECK(inbox.contiguous(Stream::events) == Sequence(2));
}

TEST_CASE("A24 what a stopped host left parked does not freeze the site again after it is lifted") {
  Inbox inbox = inbox_of();
  REQUIRE(inbox.on_run(run(2, {"of the copy"}), at(0)).fresh.empty());
  inbox.freeze("two hosts");
  inbox.lift();
  const Received own = inbox.on_run(run(1, {"a", "b"}), at(0));
  CHECK(own.frozen.empty());
  CHECK(own.fresh.size() == 2);
}

}  // namespace depops::sync
