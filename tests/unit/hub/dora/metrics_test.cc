#include "hub/dora/metrics.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::hub::dora;

namespace {

constexpr auto kHour = std::chrono::hours(1);

Instant hour(std::int64_t hours) { return Instant(kHour * (24 * 20'000 + hours)); }
const Period kTenDays{hour(0), hour(240)};

Row healthy(const char* id, std::int64_t at) {
  Row row;
  row.id = DeploymentId(id);
  row.service = ServiceName("checkout");
  row.environment = EnvironmentName("production");
  row.executions = 1;
  row.created = hour(at);
  row.first_exposure = hour(at);
  row.completed = hour(at + 1);
  row.ended = row.completed;
  return row;
}

Row failed(const char* id, std::int64_t at) {
  Row row = healthy(id, at);
  row.completed.reset();
  row.change_failed = true;
  row.caught_in_canary = true;
  row.recovered = hour(at + 2);
  return row;
}

Metrics of(const std::vector<Row>& rows, Period period = kTenDays) {
  Collector collector(period, hour(240));
  for (const Row& row : rows) collector.add(row);
  return collector.finish().all;
}

}  // namespace

TEST_CASE("Table 1.2: complete and healthy counts everywhere") {
  Row row = healthy("d-1", 5);
  row.changes = {{"a", hour(1)}};
  const Metrics got = of({row});
  CHECK(got.frequency.deployments == 1);
  CHECK(got.frequency.per_day == Approx(0.1));
  CHECK(got.fail_rate.exposed == 1);
  CHECK(got.fail_rate.failed == 0);
  CHECK(got.lead_time.p50 == kHour * 5);
}

TEST_CASE("Table 1.2: a deployment to 40 sites is one deployment and 40 executions") {
  Row row = healthy("d-1", 5);
  row.executions = 40;
  const Metrics got = of({row});
  CHECK(got.frequency.deployments == 1);
  CHECK(got.frequency.executions == 40);
  CHECK(got.fail_rate.exposed == 1);
}

TEST_CASE("Table 1.2: complete and later rolled back is a deployment and a failure") {
  Row row = healthy("d-1", 5);
  row.change_failed = true;
  row.recovered = hour(9);
  Row back = healthy("d-2", 8);
  back.kind = Kind::rollback;
  const Metrics got = of({row, back});
  CHECK(got.frequency.deployments == 1);
  CHECK(got.frequency.rollbacks == 1);
  CHECK(got.fail_rate.failed == 1);
  CHECK(got.fail_rate.exposed == 1);
  CHECK(got.recovery.p50 == kHour * 4);
}

TEST_CASE("Table 1.2: a canary aborted under traffic is no deployment and a failure caught in the canary") {
  const Metrics got = of({failed("d-1", 5), healthy("d-2", 10)});
  CHECK(got.frequency.deployments == 1);
  CHECK(got.fail_rate.exposed == 2);
  CHECK(got.fail_rate.failed == 1);
  CHECK(got.fail_rate.caught_in_canary == 1);
  CHECK(got.fail_rate.rate == Approx(0.5));
  CHECK(got.fail_rate.rate_without_canary == Approx(0.0));
}

TEST_CASE("Table 1.2: aborted without exposure is counted apart and nowhere else") {
  Row row = failed("d-1", 5);
  row.first_exposure.reset();
  row.change_failed = false;
  const Metrics got = of({row});
  CHECK(got.frequency.aborted_unexposed == 1);
  CHECK(got.frequency.deployments == 0);
  CHECK(got.fail_rate.exposed == 0);
  CHECK_FALSE(got.fail_rate.rate);
}

TEST_CASE("Table 1.2: a redeploy of what is live counts as redeploy only") {
  Row row = healthy("d-1", 5);
  row.kind = Kind::redeploy;
  row.changes = {{"a", hour(1)}};
  const Metrics got = of({row});
  CHECK(got.frequency.redeploys == 1);
  CHECK(got.frequency.deployments == 0);
  CHECK(got.fail_rate.exposed == 0);
  CHECK(got.lead_time.n == 0);
}

TEST_CASE("Table 1.2: settings only is a deployment without lead time") {
  const Metrics got = of({healthy("d-1", 5)});
  CHECK(got.frequency.deployments == 1);
  CHECK_FALSE(got.lead_time.p50);
}

TEST_CASE("Table 1.2 and T26: the first deployment of a service has no lead time") {
  Row first = healthy("d-1", 5);
  first.first = true;
  first.changes = {{"c1", hour(1)}};
  Row second = healthy("d-2", 18);  // complete at 19
  second.changes = {{"c2", hour(15)}, {"c3", hour(16)}};
  const Metrics got = of({first, second});
  CHECK(got.lead_time.n == 2);
  CHECK(got.lead_time.p50 == std::chrono::minutes(210));
}

TEST_CASE("A commit counts with the first completed deployment that held it, also from before the period") {
  Row before = healthy("d-1", -10);
  before.changes = {{"a", hour(-20)}};
  Row again = healthy("d-2", 10);
  again.changes = {{"a", hour(-20)}, {"b", hour(9)}};
  Row third = healthy("d-3", 20);
  third.changes = {{"b", hour(9)}, {"late", hour(30)}};
  const Metrics got = of({before, again, third});
  CHECK(got.lead_time.n == 1);
  CHECK(got.lead_time.p50 == kHour * 2);
  CHECK(got.lead_time.negative == 1);
}

TEST_CASE("An empty period has 0 deployments, zero rows for its days, and no rate") {
  const Metrics got = of({});
  CHECK(got.frequency.deployments == 0);
  CHECK(got.frequency.daily == std::vector<std::uint32_t>(10, 0));
  CHECK_FALSE(got.fail_rate.rate);
  CHECK_FALSE(got.fail_rate.interval);
  CHECK_FALSE(got.recovery.p50);
}

TEST_CASE("Periods are half-open") {
  CHECK(of({healthy("d-1", -1)}).frequency.deployments == 1);   // complete at 0
  CHECK(of({healthy("d-1", 239)}).frequency.deployments == 0);  // complete at 240
}

TEST_CASE("Open failures are in the rate and beside the percentiles of recovery") {
  Row open = failed("d-1", 5);
  open.recovered.reset();
  const Metrics got = of({open, failed("d-2", 20)});
  CHECK(got.fail_rate.failed == 2);
  CHECK(got.recovery.n == 1);
  CHECK(got.recovery.open == 1);
  CHECK(got.recovery.oldest_open == kHour * 235);
}

TEST_CASE("T25: V1, V2, V3, V1 again: V2 failed, the rollback itself is none") {
  Row v2 = healthy("d-2", 10);
  v2.change_failed = true;
  v2.recovered = hour(31);
  Row back = healthy("d-4", 30);
  back.kind = Kind::rollback;
  const Metrics got = of({healthy("d-1", 1), v2, healthy("d-3", 20), back});
  CHECK(got.fail_rate.rate == Approx(1.0 / 3));
  CHECK(got.frequency.median_gap == std::chrono::minutes(570));
}

TEST_CASE("Services are pooled, never averaged") {
  Row other = failed("d-9", 3);
  other.service = ServiceName("search");
  Collector collector(kTenDays, hour(240));
  for (const Row& row : {healthy("d-1", 1), healthy("d-2", 2), healthy("d-3", 3), other}) collector.add(row);
  const auto outcome = collector.finish();
  REQUIRE(outcome.services.size() == 2);
  CHECK(outcome.services[0].metrics.fail_rate.rate == Approx(0.0));
  CHECK(outcome.services[1].metrics.fail_rate.rate == Approx(1.0));
  CHECK(outcome.all.fail_rate.rate == Approx(0.25));
}
