#include "shared/analysis/window.h"

#include <catch2/catch.hpp>

namespace depops::analysis {
namespace {

const SetId kCanary("c");
const SetId kStable("s");

CounterRow row(const SetId& set, const char* source, std::uint64_t answers, std::uint64_t errors, std::uint64_t lost) {
  return {set, source, answers, errors, lost};
}

}  // namespace

TEST_CASE("exposure is answers and lost attempts, errors are 5xx and lost attempts") {
  const Reading from{MetricName("m"), Instant{}, {row(kCanary, "p1/a", 100, 2, 1), row(kStable, "p1/b", 900, 0, 0)}};
  const Reading to{
      MetricName("m"),
      Instant{Millis(2'000)},
      {row(kCanary, "p1/a", 140, 5, 3), row(kStable, "p1/b", 1'300, 1, 0), row(kCanary, "p1/c", 10, 1, 1)}};
  const WindowCut cut = window_between(from, to, kCanary, kStable);
  CHECK(cut.broken.empty());
  CHECK(cut.window.canary == Arm{40 + 2 + 10 + 1, 3 + 2 + 1 + 1});
  CHECK(cut.window.stable == Arm{400, 1});
  CHECK(cut.window.to - cut.window.from == Millis(2'000));
}

TEST_CASE("a window within which a source of either arm ended is broken; foreign sets do not matter") {
  const Reading from{MetricName("m"), {}, {row(kCanary, "p1/a", 100, 2, 1), row(SetId("x"), "p1/x", 1, 0, 0)}};
  const Reading to{MetricName("m"), {}, {row(kCanary, "p2/a", 5, 0, 0)}};
  CHECK(window_between(from, to, kCanary, kStable).broken == "source p1/a ended within the window");
  const Reading same{MetricName("m"), {}, {row(kCanary, "p1/a", 99, 2, 1)}};
  CHECK(window_between(from, same, kCanary, kStable).broken == "source p1/a counted backwards");
  const Reading fine{MetricName("m"), {}, {row(kCanary, "p1/a", 101, 2, 1)}};
  CHECK(window_between(from, fine, kCanary, kStable).broken.empty());
}

}  // namespace depops::analysis
