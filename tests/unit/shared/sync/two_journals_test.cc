#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <deque>

#include "shared/sync/inbox.h"
#include "shared/sync/outbox.h"
#include "tests/unit/shared/sync/moments.h"

// A journal was copied and both hosts write on. Whatever is lost, doubled, late or of an earlier connection: what the
// hub took is the history of one of them, never a mixture.
namespace depops::sync {
namespace {

struct Scribe {
  std::string name;
  std::vector<std::string> journal{};
  Outbox outbox{1};

  void write() {
    journal.push_back(name + " " + std::to_string(journal.size() + 1));
    outbox.appended(Stream::events, Sequence(journal.size()));
  }
  // As a process that begins: what it knew of the hub is what it had stored.
  void start() {
    const Sequence acked = outbox.acked(Stream::events);
    outbox = Outbox(1);
    outbox.load({Stream::events, Sequence(1), Sequence(journal.size())}, acked);
  }
};

struct Copied {
  Inbox hub;
  std::vector<std::string> kept;  // at the hub
  Scribe first{"first"};
  std::optional<Scribe> second;
  std::deque<std::pair<std::uint64_t, Run>> up;  // with the connection that each was sent on
  std::deque<Ack> acks;
  std::int64_t now = 0;
  std::uint64_t sessions = 0;

  void send(Scribe& host) {
    while (const auto due = host.outbox.next(at(now))) {
      const std::uint64_t count =
          std::min<std::uint64_t>(due->max_bytes == 1 ? 1 : *rc::gen::inRange(1, 4), due->max_entries);
      Run run{due->stream, due->first, {}};
      if (due->first > Sequence(1)) run.previous = fingerprint(host.journal.at(due->first.value() - 2));
      for (std::uint64_t i = 0; i < count; ++i) {
        run.entries.push_back(host.journal.at(due->first.value() - 1 + i));
      }
      host.outbox.sent(due->stream, due->first, count, 10 * count, at(now));
      up.push_back({sessions, std::move(run)});
    }
  }
  void take(Received received) {
    for (Entry& entry : received.fresh) kept.push_back(std::move(entry.bytes));
    if (hub.frozen().empty()) acks.push_back(hub.ack(Stream::events, 1 << 20));
  }
  template <typename T>
  std::optional<T> some(std::deque<T>& queue) {
    if (queue.empty()) return std::nullopt;
    const auto index = *rc::gen::inRange<std::size_t>(0, queue.size());
    T one = queue[index];
    if (*rc::gen::inRange(0, 4) > 0) queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(index));
    return one;
  }
  Admission admit(std::uint64_t session) { return hub.admit({SiteName("fra-1"), SiteEpoch(1), "life", session}); }
  void connect(Scribe& host) {
    acks.clear();  // they were for the other connection
    admit(++sessions);
    host.outbox.set_online(false, at(now));
    host.outbox.set_online(true, at(now));
    if (*rc::gen::arbitrary<bool>()) take(hub.on_position(host.outbox.position(Stream::events), at(now)));
  }
  void step(Scribe& host) {
    now += *rc::gen::inRange(1, 2'000);
    send(host);
    if (auto frame = some(up); frame && *rc::gen::inRange(0, 4) > 0) {
      if (admit(frame->first) == Admission::known) take(hub.on_run(std::move(frame->second), at(now)));
    }
    if (const auto ack = some(acks)) (void)host.outbox.on_ack(*ack, at(now));
  }
  bool is_of(const Scribe& host) const {
    return kept.size() <= host.journal.size() && std::equal(kept.begin(), kept.end(), host.journal.begin());
  }
  void check() const { RC_ASSERT(is_of(first) || (second && is_of(*second))); }
};

void histories_never_mix() {
  Copied world;
  world.connect(world.first);
  const auto work = [&](Scribe& host, int turns) {
    for (int i = 0; i < turns && world.hub.frozen().empty(); ++i) {
      if (*rc::gen::inRange(0, 3) == 0) host.write();
      if (*rc::gen::inRange(0, 12) == 0) host.start(), world.connect(host);
      world.step(host);
      world.check();
    }
  };
  work(world.first, *rc::gen::inRange(0, 20));
  world.second = world.first;
  world.second->name = "second";
  for (int turn = 0; turn < 6; ++turn) {
    Scribe& host = *rc::gen::arbitrary<bool>() ? world.first : *world.second;
    host.start();
    world.connect(host);
    work(host, *rc::gen::inRange(1, 20));
  }
}

}  // namespace

TEST_CASE("A24 F41 what the hub takes from two hosts with one journal is the history of one of them") {
  REQUIRE(rc::check("two journals", histories_never_mix));
}

}  // namespace depops::sync
