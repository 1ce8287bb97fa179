// Several agents and one lease on a server with loss, delay and pauses: at no moment do two think that it is theirs.
#include <catch2/catch.hpp>

#include <array>
#include <random>
#include <utility>

#include "agent/kubernetes/lease/standing.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

// What a server does with the lease; each write is a new version.
struct Shelf {
  std::optional<LeaseSeen> lease;
  std::uint64_t version = 0;

  std::optional<LeaseSeen> write(const Holder& holder) {
    ++version;
    const std::string text = std::to_string(version);
    lease = LeaseSeen{holder, text, Millis(60'000), 0, ResourceVersion(text)};
    return lease;
  }
  std::optional<LeaseSeen> carry_out(const LeaseStanding::Turn& turn, const Holder& holder) {
    if (std::holds_alternative<LeaseStanding::Make>(turn)) return lease ? std::nullopt : write(holder);
    const auto& claim = std::get<LeaseStanding::Claim>(turn);
    return lease && lease->version == claim.seen.version ? write(holder) : std::nullopt;
  }
};

struct Contestant {
  Holder name;
  Millis offset;  // its time since boot, against the true time
  LeaseStanding standing{name};
  // The request under way.
  std::optional<LeaseStanding::Turn> turn{};
  Millis asked{0}, effect{0}, answer{0};
  bool lost_answer = false, done = false;
  std::optional<std::optional<LeaseSeen>> result{};

  Millis at(Millis now) const { return now + offset; }
  void restart() { standing = LeaseStanding(name), turn.reset(); }
};

class Contest {
 public:
  explicit Contest(std::uint32_t seed) : random_(seed) {
    for (const char* name : {"a", "b", "c"}) all_[count_++] = {Holder(name), Millis(1'000'000 + draw(500'000))};
  }

  void run(Millis length) {
    for (Millis now(0); now < length; now += Millis(100)) {
      for (Contestant& one : all_) move(one, now);
      std::size_t holders = 0;
      for (const Contestant& one : all_) holders += one.standing.holding(one.at(now)) == Holding::ours ? 1 : 0;
      REQUIRE(holders <= 1);
      held_ += holders;
    }
  }
  std::uint64_t held() const { return held_; }

 private:
  std::int64_t draw(std::int64_t below) { return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random_); }

  void move(Contestant& one, Millis now) {
    if (one.turn) return go_on(one, now);
    if (one.standing.holding(one.at(now)) == Holding::lost || draw(20'000) == 0) one.restart();
    const auto next = one.standing.next(one.at(now));
    if (std::holds_alternative<LeaseStanding::Rest>(next)) return;
    one.turn = next;
    one.asked = now;
    one.effect = now + Millis(draw(10) == 0 ? draw(8'000) : draw(200));
    one.answer = one.effect + Millis(draw(10) == 0 ? draw(8'000) : draw(200));
    one.lost_answer = draw(5) == 0;
    one.done = draw(8) == 0;  // the request never arrives
    one.result.reset();
  }

  void go_on(Contestant& one, Millis now) {
    if (!one.done && now >= one.effect) {
      one.done = true;
      one.result =
          std::holds_alternative<LeaseStanding::Look>(*one.turn) ? shelf_.lease : shelf_.carry_out(*one.turn, one.name);
    }
    if (now < one.answer) return;
    const auto turn = *std::exchange(one.turn, std::nullopt);
    const bool looked = std::holds_alternative<LeaseStanding::Look>(turn);
    if (one.lost_answer || !one.result) {
      Failure failure;
      failure.kind = FailureKind::unanswered;
      failure.may_have_happened = !looked;
      return one.standing.failed(failure, one.at(now));
    }
    if (looked) return one.standing.saw(*one.result, one.at(now));
    if (*one.result) return one.standing.claimed(**one.result, one.at(one.asked));
    Failure raced;
    raced.kind = FailureKind::conflict;
    one.standing.failed(raced, one.at(now));
  }

  std::mt19937 random_;
  Shelf shelf_;
  std::array<Contestant, 3> all_;
  std::size_t count_ = 0;
  std::uint64_t held_ = 0;
};

}  // namespace

TEST_CASE("at no moment do two agents think that the lease is theirs, and most of the time one does") {
  std::uint64_t held = 0;
  constexpr std::uint32_t kSeeds = 200;
  constexpr Millis kLength{1'800'000};
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    CAPTURE(seed);
    Contest contest(seed);
    contest.run(kLength);
    held += contest.held();
  }
  const std::uint64_t moments = kSeeds * static_cast<std::uint64_t>(kLength.count()) / 100;
  CHECK(held * 2 > moments);
}
