#include <catch2/catch.hpp>
#include <memory>

#include "shared/rollout/machine.h"

namespace depops::rollout {

TEST_CASE("a step skipped while another pause is on orders no instances before that pause ends") {
  const Moment now{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};
  auto plan = std::make_shared<Plan>();
  plan->target.set = SetId("checkout-2");
  plan->target.workload.replicas = 4;
  plan->strategy = Canary{{SetWeight{10}, SetWeight{100}}};
  auto stable = std::make_shared<VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->workload.replicas = 4;
  auto record = std::make_shared<Record>();
  record->stable = stable;
  record->stable_replicas = 4;
  record->plan = plan;
  record->rollout = RolloutId("r-1");
  record->phase = Phase::scaling;
  record->target_replicas = 1;
  record->entered = record->progress.at = Stamp::of(now);
  record->pauses = {{PauseReason::user, Stamp::of(now), Actor("admin"), ""}};
  Watch watch;
  View view;
  view.runtime = true;
  Command command;
  command.id = CommandId("c-1");
  command.verb = Verb::skip;
  const Decision skipped = step(record, command, view, watch, now);
  REQUIRE(skipped.next != nullptr);
  CHECK(skipped.next->step == 1);
  CHECK(skipped.next->target_replicas == 1);
  command.id = CommandId("c-2");
  command.verb = Verb::resume;
  const Decision resumed = step(skipped.next, command, view, watch, now);
  REQUIRE(resumed.accepted);
  CHECK(step(resumed.next, Observed{}, view, watch, now).next->target_replicas == 4);
}

}  // namespace depops::rollout
