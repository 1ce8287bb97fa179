#include "shared/sync/session_token.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <deque>

// A24, F29: hosts with one journal over a link that loses, repeats and keeps back what they say and hear, with crashes
// on both sides and a hub that comes back from a backup. One host is never frozen, two always are.
namespace depops::sync {
namespace {

struct Spoken {
  std::string voice;
  SessionToken token;
};

// The hub: it keeps `tip` durably, `backup` is an earlier one.
struct TokenHub {
  TokenTip tip;
  TokenTip backup;
  std::string frozen;
  std::uint64_t drawn = 0;

  std::string draw() { return "w" + std::to_string(++drawn); }
  std::optional<Welcome> hear(const Spoken& hello) {
    if (!frozen.empty()) return std::nullopt;
    const Presented judged = present(tip, hello.token, draw());
    frozen = judged.frozen;
    if (!frozen.empty()) return std::nullopt;
    return Welcome{hello.voice, hello.token.secret, judged.next, judged.again};
  }
};

// A host: `stored` survives, `held` is what the process knows.
struct Host {
  SessionToken stored;
  SessionToken held;
  std::string voice;
  bool called = false;

  void connect(std::string name) {
    held = stored;
    voice = std::move(name);
    called = false;
  }
  void hear(const Welcome& welcome, bool dies_before_it_stores) {
    called = called || welcome.again;
    if (!is_for(welcome, voice, held)) return;
    held = welcome.token;
    if (!dies_before_it_stores) stored = held;
  }
};

template <typename T>
T any_of(const std::deque<T>& kept) {
  return kept[*rc::gen::inRange<std::size_t>(0, kept.size())];
}

// One host; all that was ever said or answered may come again at any later time, or never.
void one_host_is_never_frozen() {
  TokenHub hub;
  Host host;
  std::deque<Spoken> said;
  std::deque<Welcome> answered;
  host.connect(hub.draw());
  const int turns = *rc::gen::inRange(1, 120);
  for (int turn = 0; turn < turns; ++turn) {
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        host.connect(hub.draw());  // a new connection, or a start after a crash
        break;
      case 1:
        hub.backup = hub.tip;
        break;
      case 2:
        if (*rc::gen::inRange(0, 4) == 0) hub.tip = hub.backup;
        break;
      case 3:
      case 4:
        said.push_back({host.voice, host.held});
        break;
      case 5:
        if (said.empty()) break;
        if (const auto answer = hub.hear(any_of(said))) answered.push_back(*answer);
        break;
      default:
        if (answered.empty()) break;
        const bool dies = *rc::gen::inRange(0, 6) == 0;
        host.hear(*rc::gen::inRange(0, 2) == 0 ? answered.back() : any_of(answered), dies);
        if (dies) host.connect(hub.draw());
    }
    RC_ASSERT(hub.frozen.empty());
  }
}

// A host whose link works for this turn: it connects, says Hello, and again if it is asked to.
void take_a_turn(TokenHub& hub, Host& host, bool answer_is_lost) {
  host.connect(hub.draw());
  for (int hellos = 0; hellos < 3; ++hellos) {
    const auto answer = hub.hear({host.voice, host.held});
    if (!answer || answer_is_lost) return;
    host.called = false;
    host.hear(*answer, false);
    if (!host.called) return;
  }
}

// Any history of one host, then its journal is copied and both take turns as they like: the third change of hands at
// the latest freezes them, whatever is lost in the first ones.
void two_hosts_always_are() {
  TokenHub hub;
  Host first;
  const int before = *rc::gen::inRange(0, 6);
  for (int turn = 0; turn < before; ++turn) take_a_turn(hub, first, *rc::gen::inRange(0, 3) == 0);
  Host second = first;
  Host* const hosts[] = {&first, &second};
  const int losing = *rc::gen::inRange(0, 10);
  for (int turn = 0; turn < losing; ++turn) {
    take_a_turn(hub, *hosts[*rc::gen::inRange(0, 2)], *rc::gen::arbitrary<bool>());
    if (!hub.frozen.empty()) return;
  }
  const int start = *rc::gen::inRange(0, 2);
  for (int change = 0; change < 4 && hub.frozen.empty(); ++change) {
    const int in_a_row = *rc::gen::inRange(1, 4);
    for (int turn = 0; turn < in_a_row && hub.frozen.empty(); ++turn)
      take_a_turn(hub, *hosts[(start + change) % 2], false);
  }
  RC_ASSERT(!hub.frozen.empty());
}

}  // namespace

TEST_CASE("A24 one host is never frozen, whatever is lost, repeated, late or restored") {
  REQUIRE(rc::check("honest", one_host_is_never_frozen));
}

TEST_CASE("A24 F29 two hosts with one journal are frozen, however they take turns") {
  REQUIRE(rc::check("clones", two_hosts_always_are));
}

TEST_CASE("A24 a copy that comes back after long is found by its first answer") {
  TokenHub hub;
  Host first;
  take_a_turn(hub, first, false);
  Host second = first;
  for (int i = 0; i < 100; ++i) take_a_turn(hub, first, false);
  second.connect(hub.draw());
  const auto answer = hub.hear({second.voice, second.held});
  REQUIRE(answer);
  CHECK(answer->token.stray);
  CHECK(answer->again);
  second.hear(*answer, false);
  CHECK_FALSE(hub.hear({second.voice, second.held}));
  CHECK_FALSE(hub.frozen.empty());
}

TEST_CASE("a lifted site may go on with whatever token it holds, and a second host is found again") {
  TokenHub hub;
  Host first;
  take_a_turn(hub, first, false);
  Host second = first;
  for (int i = 0; i < 3 && hub.frozen.empty(); ++i) {
    take_a_turn(hub, first, false);
    take_a_turn(hub, second, false);
  }
  REQUIRE_FALSE(hub.frozen.empty());
  hub.frozen.clear();
  hub.tip.open = true;
  for (int i = 0; i < 5; ++i) take_a_turn(hub, second, false);
  CHECK(hub.frozen.empty());
  take_a_turn(hub, first, false);
  CHECK_FALSE(hub.frozen.empty());
}

}  // namespace depops::sync
