#include <algorithm>
#include <random>

#include "shared/crash_point/crash_point.h"
#include "tests/e2e/crash/case.h"

namespace depops::crash {
namespace {

// Acts that are another thing when there is nothing yet than at every later start.
bool is_first_time(const std::string& point) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"start.", "journal.", "process.open", "haproxy.trial",
                                              "haproxy.configuration", "haproxy.routes", "session"},
      [&](std::string_view act) { return point.starts_with(act); });
}

std::uint64_t count_of(const Passes& passes, Kind kind, const std::string& point) {
  const auto found = passes.find(kind);
  if (found == passes.end()) return 0;
  const auto count = found->second.find(point);
  return count == found->second.end() ? 0 : count->second;
}

// In a canary that completes: at the first pass and in the middle. In one that is rolled back: late, on the way back.
// At a place that only another kind comes by: there, at the first pass.
void add_cases(const Passes& passes, const std::string& point, std::vector<Case>& cases) {
  const std::size_t before = cases.size();
  const std::uint64_t good = count_of(passes, Kind::good, point);
  const std::uint64_t bad = count_of(passes, Kind::bad, point);
  if (good > 0) cases.push_back({Kind::good, point, 1});
  if (good > 3) cases.push_back({Kind::good, point, good / 2});
  if (bad > 3) cases.push_back({Kind::bad, point, bad * 2 / 3});
  if (is_first_time(point) && count_of(passes, Kind::fresh, point) > 0) cases.push_back({Kind::fresh, point, 1});
  for (const Kind kind : kKinds) {
    if (cases.size() == before && count_of(passes, kind, point) > 0) cases.push_back({kind, point, 1});
  }
}

}  // namespace

std::string name_of(Kind kind) {
  switch (kind) {
    case Kind::good:
      return "good";
    case Kind::bad:
      return "bad";
    case Kind::fresh:
      return "fresh";
    case Kind::local:
      return "local";
    case Kind::death:
      return "death";
    case Kind::gap:
      return "gap";
    case Kind::full:
      return "full";
  }
  return "";
}

std::string name_of(const Case& one) {
  if (one.nth == 0) return name_of(one.kind) + " rollout, agent lives";
  return name_of(one.kind) + " rollout, agent dies at " + one.point + ", pass " + std::to_string(one.nth);
}

std::vector<Case> cases_for(const Passes& passes, std::vector<std::string>& unpassed) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < kCrashPoints; ++i) {
    const std::string point = crash_point_name(i);
    if (point.starts_with("hub-")) continue;  // tests/e2e/faults
    const std::size_t before = cases.size();
    add_cases(passes, point, cases);
    if (cases.size() == before) unpassed.push_back(point);
  }
  return cases;
}

std::vector<Case> random_cases(const Passes& passes, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Case> cases;
  while (cases.size() < count) {
    const Kind kind = random() % 2 == 0 ? Kind::good : Kind::bad;
    const auto& seen = passes.at(kind);
    const auto& [point, most] = *std::next(seen.begin(), static_cast<std::ptrdiff_t>(random() % seen.size()));
    cases.push_back({kind, point, 1 + random() % std::max<std::uint64_t>(1, most * 3 / 4)});
  }
  return cases;
}

}  // namespace depops::crash
