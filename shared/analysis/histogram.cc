#include "shared/analysis/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace depops::analysis {
namespace {

constexpr double kCountMax = 9'007'199'254'740'992;  // up to here every whole number is exact

bool is_count(double value) { return value >= 0 && value <= kCountMax && std::floor(value) == value; }

// Buckets hold all answers up to their bound, so they rise to `answers`.
bool rise(const CounterRow& row) {
  std::uint64_t before = 0;
  for (const Bucket& bucket : row.buckets) {
    if (bucket.within < before) return false;
    before = bucket.within;
  }
  return before <= row.answers;
}

const Bucket* bucket_at(const CounterRow& row, double bound) {
  const auto found =
      std::find_if(row.buckets.begin(), row.buckets.end(), [&](const Bucket& bucket) { return bucket.bound == bound; });
  return found == row.buckets.end() ? nullptr : &*found;
}

using Rows = std::vector<const CounterRow*>;

// The bounds of the first that all the others have too.
std::vector<double> common_bounds(const Rows& rows) {
  std::vector<double> bounds;
  if (rows.empty()) return bounds;
  for (const Bucket& bucket : rows.front()->buckets) {
    const auto has = [&](const CounterRow* row) { return bucket_at(*row, bucket.bound) != nullptr; };
    if (std::all_of(rows.begin(), rows.end(), has)) bounds.push_back(bucket.bound);
  }
  return bounds;
}

Rows of_either(const Reading& reading, const SetId& canary, const SetId& stable) {
  Rows rows;
  for (const CounterRow& row : reading.rows) {
    if (row.set == canary || row.set == stable) rows.push_back(&row);
  }
  return rows;
}

// Answers within the bound since `before`; nothing if there were more of them then.
std::optional<std::uint64_t> counted_within(const CounterRow& after, const CounterRow* before, double bound) {
  const std::uint64_t now = bucket_at(after, bound)->within;
  const Bucket* then = before == nullptr ? nullptr : bucket_at(*before, bound);
  if (then == nullptr) return now;
  if (then->within > now) return std::nullopt;
  return now - then->within;
}

// What one source adds to its arm; false if its counts are none of a histogram.
bool add(HistogramArm& arm, const std::vector<double>& bounds, const CounterRow& after, const CounterRow* before) {
  const std::uint64_t answers = counted(after, before).requests;
  arm.slower.resize(bounds.size());
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto within = counted_within(after, before, bounds[i]);
    if (!within || *within > answers) return false;
    arm.slower[i] += answers - *within;
  }
  arm.requests += answers;
  return true;
}

}  // namespace

Result<void> put_buckets(const std::map<std::string, double>& by_bound, CounterRow& row) {
  bool whole = false;
  for (const auto& [text, value] : by_bound) {
    char* end = nullptr;
    const double bound = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != 0 || std::isnan(bound)) {
      return Error{Errc::invalid, "a bucket without a bound in its label le"};
    }
    if (!is_count(value)) {
      return Error{Errc::invalid, "the bucket " + text + " is " + std::to_string(value) +
                                      ", which is no count; ask for the counter itself, not for a rate"};
    }
    const auto count = static_cast<std::uint64_t>(value);
    if (std::isinf(bound)) {
      whole = true;
      row.answers = count;
    } else {
      row.buckets.push_back({bound, count});
    }
  }
  std::sort(row.buckets.begin(), row.buckets.end(),
            [](const auto& one, const auto& two) { return one.bound < two.bound; });
  if (!whole) return Error{Errc::invalid, "a histogram without the bucket +Inf"};
  if (row.buckets.empty()) return Error{Errc::invalid, "a histogram without any bucket but +Inf"};
  if (!rise(row)) return Error{Errc::invalid, "buckets that do not rise are those of no histogram"};
  return {};
}

void keep_common_bounds(std::vector<CounterRow>& rows) {
  Rows all;
  for (const CounterRow& row : rows) all.push_back(&row);
  const std::vector<double> kept = chosen_bounds(common_bounds(all));
  for (CounterRow& row : rows) {
    std::erase_if(row.buckets, [&](const Bucket& bucket) {
      return std::find(kept.begin(), kept.end(), bucket.bound) == kept.end();
    });
  }
}

Input histogram_between(const WindowCut& cut, const Reading& from, const Reading& to, const SetId& canary,
                        const SetId& stable) {
  Rows all = of_either(to, canary, stable);
  const auto of_canary = [&](const CounterRow* row) { return row->set == canary; };
  if (std::none_of(all.begin(), all.end(), of_canary)) {
    return NothingMeasured{cut.window, "no histogram of the canary"};
  }
  if (std::all_of(all.begin(), all.end(), [](const CounterRow* row) { return row->buckets.empty(); })) {
    return NothingMeasured{cut.window, "the source gives no histogram, and the latency test needs one"};
  }
  for (const CounterRow* before : of_either(from, canary, stable)) {
    if (row_of(to, *before) != nullptr) all.push_back(before);
  }
  CountedHistogram counts{cut.window, {cut.window.from, cut.window.to, common_bounds(all), {}, {}}};
  HistogramWindow& histogram = counts.histogram;
  if (histogram.bounds.empty()) {
    return MeasuringFailed{cut.window, "the histograms of the two versions have no bucket in common"};
  }
  histogram.canary.slower.resize(histogram.bounds.size());
  histogram.stable.slower.resize(histogram.bounds.size());
  for (const CounterRow* row : of_either(to, canary, stable)) {
    HistogramArm& arm = row->set == canary ? histogram.canary : histogram.stable;
    if (add(arm, histogram.bounds, *row, row_of(from, *row))) continue;
    return MeasuringFailed{cut.window, "the buckets of " + row->source + " are those of no histogram"};
  }
  return counts;
}

}  // namespace depops::analysis
