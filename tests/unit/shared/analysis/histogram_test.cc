#include "shared/analysis/histogram.h"

#include <catch2/catch.hpp>

namespace depops::analysis::histogram_between_readings {
namespace {

const SetId kCanary("shop-c"), kStable("shop-s");

CounterRow row(const SetId& set, const std::string& source, std::uint64_t answers, std::vector<Bucket> buckets) {
  CounterRow made{set, source, answers, 0, 0};
  made.buckets = std::move(buckets);
  return made;
}

Reading at(int seconds, std::vector<CounterRow> rows) {
  return {MetricName("latency"), Instant(std::chrono::seconds(seconds)), std::move(rows)};
}

Input between(const Reading& from, const Reading& to) {
  return histogram_between(window_between(from, to, kCanary, kStable), from, to, kCanary, kStable);
}

std::string why(const Input& input) {
  if (const auto* nothing = std::get_if<NothingMeasured>(&input)) return "nothing: " + nothing->why;
  if (const auto* failed = std::get_if<MeasuringFailed>(&input)) return "failed: " + failed->why;
  return "";
}

std::string refusal(const std::map<std::string, double>& by_bound) {
  CounterRow taken;
  const Result<void> put = put_buckets(by_bound, taken);
  return put.ok() ? "" : put.error().what;
}

}  // namespace

TEST_CASE("a window holds what each version answered more slowly than each bound, all its sources together") {
  const Reading from =
      at(0, {row(kCanary, "c1", 10, {{0.1, 8}, {0.5, 9}}), row(kStable, "s1", 100, {{0.1, 90}, {0.5, 99}})});
  const Reading to =
      at(30, {row(kCanary, "c1", 30, {{0.1, 20}, {0.5, 28}}), row(kCanary, "c2", 5, {{0.1, 5}, {0.5, 5}}),
              row(kStable, "s1", 200, {{0.1, 180}, {0.5, 199}})});
  const Input input = between(from, to);
  INFO(why(input));
  const auto& found = std::get<CountedHistogram>(input).histogram;
  CHECK(found.bounds == std::vector<double>{0.1, 0.5});
  CHECK(found.canary == HistogramArm{25, {8, 1}});
  CHECK(found.stable == HistogramArm{100, {10, 0}});
}

TEST_CASE("only bounds that both versions have are compared, and without one nothing is") {
  const Reading from = at(0, {});
  const Input input = between(from, at(30, {row(kCanary, "c", 10, {{0.1, 8}, {0.2, 9}, {0.5, 10}}),
                                            row(kStable, "s", 90, {{0.1, 80}, {0.5, 90}})}));
  CHECK(std::get<CountedHistogram>(input).histogram.bounds == std::vector<double>{0.1, 0.5});
  const Input none = between(from, at(30, {row(kCanary, "c", 10, {{0.1, 8}}), row(kStable, "s", 90, {{0.2, 80}})}));
  CHECK(why(none) == "failed: the histograms of the two versions have no bucket in common");
}

TEST_CASE("without a histogram of the canary nothing was measured, and counts that are none of one are an error") {
  const Reading from = at(0, {row(kCanary, "c", 10, {{0.1, 8}})});
  CHECK(why(between(from, at(30, {row(kStable, "s", 90, {{0.1, 80}})}))) == "nothing: no histogram of the canary");
  CHECK(why(between(from, at(30, {row(kCanary, "c", 20, {})}))) ==
        "nothing: the source gives no histogram, and the latency test needs one");
  CHECK(why(between(from, at(30, {row(kCanary, "c", 20, {{0.1, 7}})}))) ==
        "failed: the buckets of c are those of no histogram");
  CHECK(why(between(from, at(30, {row(kCanary, "c", 20, {{0.1, 19}})}))) ==
        "failed: the buckets of c are those of no histogram");
}

TEST_CASE("what is kept of a reading is no more than the test uses") {
  std::vector<Bucket> many;
  for (int i = 1; i <= 40; ++i) many.push_back({i / 10.0, static_cast<std::uint64_t>(i)});
  std::vector<CounterRow> rows{row(kCanary, "c", 40, many), row(kStable, "s", 40, many)};
  rows[1].buckets.erase(rows[1].buckets.begin());
  keep_common_bounds(rows);
  CHECK(rows[0].buckets.size() == kBoundsMax);
  CHECK(rows[0].buckets.front().bound == 0.2);
  CHECK(rows[0].buckets.back().bound == 4);
  CHECK(rows[0].buckets == rows[1].buckets);
}

TEST_CASE("buckets are taken up with rising bounds; what is no histogram is refused") {
  CounterRow taken;
  REQUIRE(put_buckets({{"+Inf", 30}, {"0.25", 20}, {"0.1", 11}, {"10", 29}}, taken).ok());
  CHECK(taken.answers == 30);
  CHECK(taken.buckets == std::vector<Bucket>{{0.1, 11}, {0.25, 20}, {10, 29}});
  CHECK(refusal({{"0.1", 1}}) == "a histogram without the bucket +Inf");
  CHECK(refusal({{"+Inf", 1}}) == "a histogram without any bucket but +Inf");
  CHECK(refusal({{"", 1}, {"+Inf", 1}}) == "a bucket without a bound in its label le");
  CHECK(refusal({{"0.1", 2}, {"+Inf", 1}}) == "buckets that do not rise are those of no histogram");
  CHECK(refusal({{"0.1", 0.5}, {"+Inf", 1}}) ==
        "the bucket 0.1 is 0.500000, which is no count; ask for the counter itself, not for a rate");
}

}  // namespace depops::analysis::histogram_between_readings
