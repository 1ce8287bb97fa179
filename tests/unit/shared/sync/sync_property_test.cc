#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <deque>

#include "shared/sync/inbox.h"
#include "shared/sync/outbox.h"
#include "tests/unit/shared/sync/moments.h"

// Outbox and Inbox over a pipe that loses, doubles and reorders: everything arrives once and in order.
namespace depops::sync {
namespace {

struct Pipe {
  std::deque<Run> up;
  std::deque<Ack> acks;
  std::deque<Resend> resends;
};

std::string entry_at(std::uint64_t sequence) { return "entry " + std::to_string(sequence); }

void send_due(Outbox& outbox, Pipe& pipe, std::int64_t now) {
  while (const auto due = outbox.next(at(now))) {
    Run run{due->stream, due->first, {}};
    std::uint64_t bytes = 0;
    do {
      run.entries.push_back(entry_at(due->first.value() + run.entries.size()));
      bytes += run.entries.back().size();
    } while (run.entries.size() < due->max_entries && bytes < due->max_bytes);
    outbox.sent(due->stream, due->first, run.entries.size(), bytes, at(now));
    pipe.up.push_back(std::move(run));
  }
}

// One message at a random place: lost, doubled or delivered.
template <typename T, typename Deliver>
void pass_one(std::deque<T>& queue, bool lossy, Deliver deliver) {
  if (queue.empty()) return;
  const auto index = lossy ? *rc::gen::inRange<std::size_t>(0, queue.size()) : 0;
  T message = queue[index];
  const int fate = lossy ? *rc::gen::inRange(0, 10) : 9;
  if (fate != 1) queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(index));
  if (fate != 0) deliver(std::move(message));
}

void check_arrives(bool reconnects) {
  OutboxLimits limits;
  limits.frame_bytes = 30;
  limits.window_frames = 4;
  Outbox outbox(*rc::gen::arbitrary<std::uint64_t>(), limits);
  Inbox inbox;
  RC_ASSERT(inbox.admit({SiteName("s"), SiteEpoch(1), "i", 1}) == Admission::new_life);
  const auto total = *rc::gen::inRange<std::uint64_t>(1, 60);
  outbox.appended(Stream::events, Sequence(total));
  outbox.set_online(true, at(0));
  Pipe pipe;
  std::uint64_t delivered = 0;
  std::int64_t now = 0;
  for (int round = 0; round < 5'000 && outbox.backlog() > 0; ++round) {
    const bool lossy = round < 120;
    now += 100;
    if (const auto wake = outbox.wake_at(); wake && pipe.up.empty()) now = std::max<std::int64_t>(now, wake->count());
    if (reconnects && lossy && *rc::gen::inRange(0, 15) == 0) {
      outbox.set_online(false, at(now));
      outbox.set_online(true, at(now));
    }
    send_due(outbox, pipe, now);
    pass_one(pipe.up, lossy, [&](Run run) {
      const Received out = inbox.on_run(std::move(run), at(now));
      RC_ASSERT(out.frozen.empty());
      for (const Entry& entry : out.fresh) {
        ++delivered;
        RC_ASSERT(entry.sequence.value() == delivered);
        RC_ASSERT(entry.bytes == entry_at(delivered));
      }
      if (out.resend) pipe.resends.push_back(*out.resend);
      pipe.acks.push_back(inbox.ack(Stream::events, 1 << 20));
    });
    pass_one(pipe.acks, lossy, [&](const Ack& ack) { RC_ASSERT(outbox.on_ack(ack, at(now)) != AckResult::ahead); });
    pass_one(pipe.resends, lossy, [&](const Resend& resend) { (void)outbox.on_resend(resend, at(now)); });
  }
  RC_ASSERT(outbox.backlog() == 0U);
  RC_ASSERT(delivered == total);
}

}  // namespace

TEST_CASE("everything arrives once and in order over a bad pipe") {
  REQUIRE(rc::check("without reconnects", [] { check_arrives(false); }));
  REQUIRE(rc::check("with reconnects", [] { check_arrives(true); }));
}

}  // namespace depops::sync
