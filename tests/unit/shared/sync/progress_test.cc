#include "shared/sync/progress.h"

#include <catch2/catch.hpp>

namespace depops::sync {
namespace {

rollout::RolloutChanged progress(std::uint32_t ready, std::uint32_t step = 1) {
  rollout::RolloutChanged changed;
  changed.at = Instant(Millis(1'000 + ready));
  changed.status.rollout = RolloutId("d-1.fra-1");
  changed.status.service = ServiceName("checkout");
  changed.status.state = rollout::State::running;
  changed.status.phase = "scaling";
  changed.status.step = step;
  changed.status.sets = {{SetId("checkout-2"), VersionLabel("1.1"), 4, ready, ready, 10, 0, 4}};
  return changed;
}

// The sequences that were superseded when all these were written one after another.
std::vector<std::uint64_t> superseded(const std::vector<rollout::Report>& reports) {
  Progress tracker;
  std::vector<std::uint64_t> found;
  std::uint64_t sequence = 0;
  for (const rollout::Report& report : reports)
    if (const auto row = tracker.note(report, Sequence(++sequence))) found.push_back(row->sequence.value());
  return found;
}

}  // namespace

TEST_CASE("of the progress of one step the first and the newest stay") {
  CHECK(superseded({progress(0), progress(1)}).empty());
  CHECK(superseded({progress(0), progress(1), progress(2)}) == std::vector<std::uint64_t>{2});
  CHECK(superseded({progress(0), progress(1), progress(2), progress(3)}) == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("what is superseded keeps the time it was written at") {
  Progress tracker;
  (void)tracker.note(progress(0), Sequence(1));
  (void)tracker.note(progress(1), Sequence(2));
  CHECK(tracker.note(progress(2), Sequence(3))->at == progress(1).at);
}

TEST_CASE("another step, state, phase, attempt, reason, person or rollout begins anew") {
  const auto changed = [](auto change) {
    std::vector<rollout::Report> reports = {progress(0), progress(1)};
    rollout::RolloutChanged other = progress(2);
    change(other.status);
    reports.emplace_back(other);
    return superseded(reports);
  };
  CHECK(changed([](auto& status) { status.step = 2; }).empty());
  CHECK(changed([](auto& status) { status.state = rollout::State::paused; }).empty());
  CHECK(changed([](auto& status) { status.phase = "weighing"; }).empty());
  CHECK(changed([](auto& status) { status.attempt = 2; }).empty());
  CHECK(changed([](auto& status) { status.reason = "resumed"; }).empty());
  CHECK(changed([](auto& status) { status.actor = Actor("ana"); }).empty());
  CHECK(changed([](auto& status) { status.rollout = RolloutId("d-2.fra-1"); }).empty());
  CHECK(changed([](auto& status) { status.exposed_at = Instant(Millis(5)); }).empty());
  CHECK(changed([](auto& status) { status.pauses = {"person"}; }).empty());
  CHECK(changed([](auto& status) { status.sets[0].label = VersionLabel("1.2"); }).empty());
  CHECK(changed([](auto& status) { status.sets.clear(); }).empty());
}

TEST_CASE("how a rollout ended stays, and so does all that is told after it") {
  rollout::RolloutChanged ended = progress(4);
  ended.status.state = rollout::State::completed;
  CHECK(superseded({progress(0), ended, ended, ended}).empty());
  CHECK(superseded({progress(0), progress(1), ended, progress(2), progress(3)}).empty());
}

TEST_CASE("results are never superseded: windows, answers, refusals, drift, notices") {
  const rollout::WindowJudged window{Instant(Millis(1)), RolloutId("d-1.fra-1"), 1, 1, {}};
  CHECK(superseded({window, window, window, window}).empty());
  const rollout::CommandAnswered answer{Instant(Millis(1)), RolloutId("d-1.fra-1"), CommandId("c-1"), true, ""};
  CHECK(superseded({answer, answer, answer}).empty());
  const rollout::DesiredRefused refused{Instant(Millis(1)), Generation(1), "spool", ""};
  CHECK(superseded({refused, refused, refused}).empty());
  const rollout::Notice notice{Instant(Millis(1)), ServiceName(), "disk", ""};
  CHECK(superseded({notice, notice, notice}).empty());
}

TEST_CASE("with more rollouts than are remembered less is left out, nothing more") {
  std::vector<rollout::Report> reports;
  for (int i = 0; i < 2'000; ++i) {
    rollout::RolloutChanged changed = progress(1);
    changed.status.rollout = RolloutId("d-" + std::to_string(i % 1'000) + ".fra-1");
    reports.emplace_back(changed);
  }
  CHECK(superseded(reports).empty());
}

}  // namespace depops::sync
