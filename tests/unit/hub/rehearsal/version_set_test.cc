#include "hub/rehearsal/version_set.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::hub::rehearsal;

namespace {

constexpr Millis kSpan{200};

VersionSet set_of(const manifest::Behaviour& behaviour) { return {SetId("checkout-1.2"), behaviour}; }

}  // namespace

TEST_CASE("instances become ready after their time and count as available after min_ready") {
  VersionSet set = set_of({});
  set.order(3, Millis(5'000), Millis(0));
  set.live(Millis(1'900));
  CHECK(set.view(Millis(0), Millis(1'900)).running == 3);
  CHECK(set.view(Millis(0), Millis(1'900)).ready == 0);
  CHECK_FALSE(set.serves());
  set.live(Millis(2'000));
  CHECK(set.view(Millis(0), Millis(2'000)).routable == 3);
  CHECK(set.view(Millis(1'000), Millis(2'900)).available == 0);
  CHECK(set.view(Millis(1'000), Millis(3'000)).available == 3);
}

TEST_CASE("requests are divided evenly, and their sum is what came") {
  Chance chance(1);
  VersionSet set = set_of({Millis(0), false, 0.5, Millis(50), std::nullopt, {}});
  set.begin_ready(3, Millis(0));
  for (int i = 1; i <= 100; ++i) set.serve(10, 0, kSpan * i, kSpan, chance);
  CHECK(set.total().requests == 1'000);
  CHECK(set.total().errors > 400);
  CHECK(set.total().errors < 600);
  for (const analysis::CounterRow& row : set.rows()) {
    CHECK(row.answers >= 333);
    CHECK(row.answers <= 334);
  }
}

TEST_CASE("an instance that ends by itself loses what was under way and starts anew") {
  Chance chance(1);
  VersionSet set = set_of({Millis(1'000), false, 0, Millis(400), std::nullopt, {}});
  set.begin_ready(2, Millis(0));
  set.serve(20, 0, kSpan, kSpan, chance);
  CHECK(set.view(Millis(0), kSpan).in_flight == 40);
  manifest::BehaviourChange change;
  change.crash = 1;
  set.change(change, kSpan);
  const rollout::SetView after = set.view(Millis(0), kSpan);
  CHECK(after.restarts == 1);
  CHECK(after.ready == 1);
  CHECK(set.total().errors == 20);
  set.live(kSpan + Millis(1'000));
  CHECK(set.view(Millis(0), kSpan + Millis(1'000)).ready == 2);
}

TEST_CASE("a set that shrinks gives up the newest, which end their last requests first") {
  VersionSet set = set_of({});
  set.begin_ready(2, Millis(0));
  set.order(1, Millis(5'000), Millis(1'000));
  CHECK(set.view(Millis(0), Millis(1'000)).running == 1);
  CHECK(set.rows().size() == 2);
  set.live(Millis(1'050));
  REQUIRE(set.rows().size() == 1);
  CHECK(set.rows().front().source == "router/checkout-1.2.1");
}
