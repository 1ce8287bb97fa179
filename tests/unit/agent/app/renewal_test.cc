#include "agent/app/renewal.h"

#include <catch2/catch.hpp>

// When a site asks for its next certificate, and where.
namespace depops::agent {
namespace {

constexpr Millis kHour = std::chrono::hours(1);
constexpr Millis kDay = 24 * kHour;
const Instant kBegin{std::chrono::seconds(1'800'000'000)};
const Validity kWeek{kBegin, kBegin + 7 * kDay};

Moment after(Millis time) { return {kBegin + time, Millis(1'000'000) + time, BootId("one")}; }

}  // namespace

TEST_CASE("renewal: asked for over the broker at two thirds of the certificate's life, and no sooner") {
  Renewal renewal(true, 0);
  renewal.link(true, after(Millis(0)));
  CHECK(renewal.next(kWeek, after(Millis(0))) == RenewalWay::none);
  CHECK(renewal.next(kWeek, after(7 * kDay / 3 * 2 - Millis(1))) == RenewalWay::none);
  CHECK(renewal.next(kWeek, after(7 * kDay / 3 * 2)) == RenewalWay::broker);
}

TEST_CASE("renewal: an answer that does not come is asked for every ten minutes; after one it begins anew") {
  Renewal renewal(true, 0);
  renewal.link(true, after(Millis(0)));
  REQUIRE(renewal.next(kWeek, after(5 * kDay)) == RenewalWay::broker);
  CHECK(renewal.next(kWeek, after(5 * kDay + Renewal::kAskEvery - Millis(1))) == RenewalWay::none);
  CHECK(renewal.next(kWeek, after(5 * kDay + Renewal::kAskEvery)) == RenewalWay::broker);
  renewal.renewed();
  const Validity next{kBegin + 5 * kDay, kBegin + 12 * kDay};
  CHECK(renewal.next(next, after(5 * kDay + 2 * Renewal::kAskEvery)) == RenewalWay::none);
  CHECK(renewal.next(next, after(10 * kDay)) == RenewalWay::broker);
}

TEST_CASE("F33 renewal: a certificate that ran out is renewed at the door, at once and then more and more seldom") {
  Renewal renewal(true, 0);
  renewal.link(false, after(kDay));
  CHECK(renewal.next(kWeek, after(4 * kDay)) == RenewalWay::none);
  Millis now = 8 * kDay;
  CHECK(renewal.next(kWeek, after(now)) == RenewalWay::door);
  for (Millis wait = Renewal::kDoorFirst; wait <= 2 * Renewal::kDoorMost; wait *= 2) {
    const Millis kept = std::min(wait, Renewal::kDoorMost);
    CHECK(renewal.next(kWeek, after(now + kept - Millis(1))) == RenewalWay::none);
    now += kept;
    CHECK(renewal.next(kWeek, after(now)) == RenewalWay::door);
  }
}

TEST_CASE("renewal: before its end the door is for sites whose broker has been away for ten minutes") {
  Renewal renewal(true, 0);
  renewal.link(true, after(Millis(0)));
  renewal.link(false, after(5 * kDay));
  CHECK(renewal.next(kWeek, after(5 * kDay + Renewal::kPatience - Millis(1))) == RenewalWay::none);
  CHECK(renewal.next(kWeek, after(5 * kDay + Renewal::kPatience)) == RenewalWay::door);
  renewal.link(true, after(5 * kDay + kHour));
  CHECK(renewal.next(kWeek, after(5 * kDay + kHour)) == RenewalWay::broker);
}

TEST_CASE("renewal: without a door that it knows a site waits for the broker") {
  Renewal renewal(false, 0);
  renewal.link(false, after(Millis(0)));
  CHECK(renewal.next(kWeek, after(30 * kDay)) == RenewalWay::none);
  renewal.link(true, after(30 * kDay));
  CHECK(renewal.next(kWeek, after(30 * kDay)) == RenewalWay::broker);
}

TEST_CASE("renewal: sites that were cut off together do not come to the door together") {
  Renewal late(true, 0.5);
  late.link(false, after(8 * kDay));
  CHECK(late.next(kWeek, after(8 * kDay + Renewal::kSpreadMost / 2 - Millis(1))) == RenewalWay::none);
  CHECK(late.next(kWeek, after(8 * kDay + Renewal::kSpreadMost / 2)) == RenewalWay::door);
}

TEST_CASE("renewal: a clock that is years ahead asks no more often") {
  Renewal renewal(true, 0);
  renewal.link(true, after(Millis(0)));
  CHECK(renewal.next(kWeek, after(3'650 * kDay)) == RenewalWay::broker);
  renewal.renewed();
  CHECK(renewal.next(kWeek, after(3'650 * kDay)) == RenewalWay::broker);
  CHECK(renewal.next(kWeek, after(3'650 * kDay + Millis(1'000))) == RenewalWay::none);
}

}  // namespace depops::agent
