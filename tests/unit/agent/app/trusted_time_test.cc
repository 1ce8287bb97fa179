#include "agent/app/trusted_time.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace depops::agent {
namespace {

using namespace std::chrono_literals;

constexpr Instant kTruth{1'800'000'000s};
constexpr std::chrono::hours kTenYears{87'660};
constexpr Millis kPastAndFuture{2 * kTenYears};

// A machine: its wall clock shows whatever it likes, and time since boot may stand still while it is paused.
struct FaultyMachine {
  Instant truth = kTruth;
  Millis off{0};  // of the wall clock
  Millis boottime{1'000};
  int boots = 1;

  Moment now() const { return {truth + off, boottime, BootId("boot-" + std::to_string(boots))}; }
  void pass(Millis span) {
    truth += span;
    boottime += span;
  }
  void reboot(Millis took) {
    truth += took;
    boottime = Millis(500);
    ++boots;
  }
};

Millis any_span(Millis most) { return Millis(*rc::gen::inRange<std::int64_t>(0, most.count())); }
Millis any_skew() { return Millis(*rc::gen::inRange<std::int64_t>(-kPastAndFuture.count(), kPastAndFuture.count())); }

// Whatever the machine's clock shows, however late words come, over restarts of the process and of the machine.
void holds_for_any_course() {
  FaultyMachine machine;
  TrustedTime time;
  Instant last{};
  Instant floor{};
  for (int i = 0; i < 200; ++i) {
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        machine.off = any_skew();
        break;
      case 1:
        (void)time.hear(machine.truth - any_span(600s), machine.now());
        break;
      case 2:
        time = TrustedTime(time.kept(machine.now()));  // the process, or with the next the machine
        break;
      case 3:
        if (*rc::gen::inRange(0, 4) == 0) {
          const Stamp kept = time.kept(machine.now());
          machine.reboot(any_span(30min));
          time = TrustedTime(kept);
        }
        break;
      default:
        machine.pass(any_span(2h));
    }
    const TimeReading read = time.read(machine.now());
    const Stamp kept = time.kept(machine.now());
    RC_ASSERT(kept.wall >= floor);
    floor = kept.wall;
    RC_ASSERT(read.at >= floor);
    RC_ASSERT(read.skew == machine.now().wall - read.at);
    if (!read.trusted) continue;
    RC_ASSERT(read.at >= last);
    RC_ASSERT(read.at <= machine.truth);
    RC_ASSERT(machine.truth - read.at <= 600s + 31min);
    last = read.at;
  }
}

}  // namespace

TEST_CASE("F28 trusted time never goes back, and no clock of the machine, delay or restart leads it astray") {
  CHECK(rc::check(holds_for_any_course));
}

TEST_CASE("F28 while time since boot runs, a wall clock that jumps by ten years changes nothing") {
  FaultyMachine machine;
  TrustedTime time;
  REQUIRE(time.hear(kTruth, machine.now()) == TrustedTime::Heard::taken);
  for (const Millis off : {Millis(kTenYears), Millis(-kTenYears), Millis(0)}) {
    machine.off = off;
    machine.pass(1min);
    CHECK(time.read(machine.now()) == TimeReading{machine.truth, true, off});
  }
}

TEST_CASE("F28 after a reboot without a hub it is the machine's clock, but never before the floor, and not trusted") {
  FaultyMachine machine;
  TrustedTime time;
  (void)time.hear(kTruth, machine.now());
  machine.pass(1h);
  TrustedTime later(time.kept(machine.now()));
  machine.reboot(10min);
  CHECK(later.read(machine.now()) == TimeReading{machine.truth, false, Millis(0)});
  machine.off = Instant() - machine.truth;  // 1970
  CHECK(later.read(machine.now()) == TimeReading{kTruth + 1h, false, Instant() - (kTruth + 1h)});
  CHECK(later.kept(machine.now()) == Stamp{kTruth + 1h, Millis(0), BootId()});
  machine.off = kTenYears;
  CHECK(later.read(machine.now()).at == machine.truth + kTenYears);
  CHECK(later.kept(machine.now()).wall == kTruth + 1h);  // nobody vouched for that
  REQUIRE(later.hear(machine.truth, machine.now()) == TrustedTime::Heard::taken);
  CHECK(later.read(machine.now()) == TimeReading{machine.truth, true, kTenYears});
}

TEST_CASE("a process that starts again within one boot knows the time without asking") {
  FaultyMachine machine;
  TrustedTime time;
  (void)time.hear(kTruth, machine.now());
  TrustedTime again(time.kept(machine.now()));
  machine.off = -kTenYears;
  machine.pass(30 * 24h);
  CHECK(again.read(machine.now()) == TimeReading{machine.truth, true, -kTenYears});
}

TEST_CASE("a machine that stood still without noticing goes on from the hub's word, if its own clock says the same") {
  FaultyMachine machine;
  TrustedTime time;
  (void)time.hear(kTruth, machine.now());
  machine.truth += 72h;  // a paused virtual machine: time since boot stood still
  CHECK(time.read(machine.now()).at == kTruth);
  CHECK(time.hear(machine.truth, machine.now()) == TrustedTime::Heard::taken);
  CHECK(time.read(machine.now()) == TimeReading{machine.truth, true, Millis(0)});
  machine.pass(24h);  // asleep: time since boot runs on
  CHECK(time.read(machine.now()).at == machine.truth);
}

TEST_CASE("F28 a hub whose clock jumps is not followed while this machine knows better, in either direction") {
  FaultyMachine machine;
  TrustedTime time;
  (void)time.hear(kTruth, machine.now());
  machine.pass(1min);
  CHECK(time.hear(machine.truth + kTenYears, machine.now()) == TrustedTime::Heard::hub_ahead);
  CHECK(time.hear(machine.truth - kTenYears, machine.now()) == TrustedTime::Heard::hub_behind);
  CHECK(time.read(machine.now()) == TimeReading{machine.truth, true, Millis(0)});
  machine.reboot(1min);
  CHECK(time.hear(machine.truth - kTenYears, machine.now()) == TrustedTime::Heard::hub_behind);
  CHECK_FALSE(time.read(machine.now()).trusted);
}

TEST_CASE("words that are held back slow trusted time by one part in two thousand at most") {
  FaultyMachine machine;
  TrustedTime time;
  (void)time.hear(kTruth, machine.now());
  for (int i = 1; i <= 1'000; ++i) {
    machine.pass(1min);
    (void)time.hear(machine.truth - std::min(Millis(59min), Millis(i * 1min)), machine.now());
  }
  const Millis lag = machine.truth - time.read(machine.now()).at;
  CHECK(lag <= Millis(1'000min) / kDriftPart);
  CHECK(lag >= Millis(0));
}

TEST_CASE("time since boot that runs too fast is corrected, little by little, and never goes back") {
  FaultyMachine machine;
  TrustedTime time;
  (void)time.hear(kTruth, machine.now());
  machine.boottime += 10s;  // as if it had run ahead
  Instant last = time.read(machine.now()).at;
  for (int i = 0; i < 48; ++i) {
    machine.pass(10min);
    (void)time.hear(machine.truth, machine.now());
    const Instant at = time.read(machine.now()).at;
    CHECK(at >= last);
    last = at;
  }
  CHECK(last - machine.truth <= 1s);
}

}  // namespace depops::agent
