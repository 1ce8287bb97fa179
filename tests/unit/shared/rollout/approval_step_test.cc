#include <catch2/catch.hpp>

#include "shared/rollout/approval_step.h"
#include "tests/unit/shared/rollout/rig.h"

namespace depops::rollout {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

struct Asking : Rig {
  explicit Asking(Approval approval, OnFailure on_failure = OnFailure::rollback) {
    bring_up("1");
    auto plan = plan_of("2", Canary{{SetWeight{25}, approval, SetWeight{50}}});
    plan->requested_by = Actor("eve");
    plan->on_failure = on_failure;
    submit(plan);
    REQUIRE(until([&] { return waits_for_approval(*record); }));
  }
  Decision by(const char* name, Verb verb = Verb::approve) {
    who = Actor(name);
    return give(verb);
  }
  bool passed() const { return record->step > 1; }
};

Approval of(std::uint32_t count) { return {count, {}, {}, false}; }

}  // namespace

TEST_CASE("approval: the step waits for so many different people and tells who is missing") {
  Asking rig(of(2));
  CHECK(rig.record->state == State::paused);
  CHECK(status_of(*rig.record, {}).approvals_needed == 2);
  CHECK(waiting_for(*rig.record, {}) == "paused: approval, 0 of 2 approvals; 2 different people have to approve it");
  const Decision first = rig.by("ana");
  CHECK(first.accepted);
  CHECK_THAT(first.answer, Contains("1 of 2 approvals, by ana; 1 more person has to approve it"));
  CHECK_FALSE(rig.passed());
  CHECK(status_of(*rig.record, {}).approved_by == std::vector<std::string>{"ana"});
  CHECK(waiting_for(*rig.record, {}) == "paused: approval, 1 of 2 approvals, by ana; 1 more person has to approve it");
  CHECK(rig.by("ben").accepted);
  CHECK(rig.passed());
  CHECK(rig.record->approvals.empty());
  CHECK(status_of(*rig.record, {}).approvals_needed == 0);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.2");
}

TEST_CASE("approval: one person counts once, at the site and at the hub") {
  Asking rig(of(2));
  REQUIRE(rig.by("ana").accepted);
  const Decision again = rig.by("ana");
  CHECK_FALSE(again.accepted);
  CHECK(again.answer == "ana approved it already and counts once; 1 more person has to approve it");
  CHECK_FALSE(rig.by("local:ana").accepted);
  CHECK_FALSE(rig.passed());
  CHECK(rig.record->approvals.size() == 1);
}

TEST_CASE("approval: who asked for the release does not count where the step says so") {
  Approval others = of(1);
  others.exclude_requester = true;
  Asking rig(others);
  const Decision own = rig.by("eve");
  CHECK_FALSE(own.accepted);
  CHECK_THAT(own.answer, Contains("eve asked for this release, and this step wants somebody else"));
  CHECK_FALSE(rig.by("local:eve").accepted);
  CHECK(rig.by("ana").accepted);
  CHECK(rig.passed());
  Asking open(of(1));
  CHECK(open.by("eve").accepted);
}

TEST_CASE("approval: no other verb goes past it, now or from before") {
  Asking rig(of(1));
  for (const Verb verb : {Verb::advance, Verb::skip, Verb::advance_full}) {
    const Decision refused = rig.give(verb);
    CHECK_FALSE(refused.accepted);
    CHECK_THAT(refused.answer, Contains("step 2 waits for an approval that") &&
                                   Contains("1 person has to approve it; use approve, or reject to go back"));
  }
  const Decision resumed = rig.give(Verb::resume);
  CHECK_FALSE(resumed.accepted);
  CHECK(resumed.answer == "1 person has to approve it: use approve");
  CHECK_FALSE(rig.passed());

  Rig early;
  early.bring_up("1");
  early.submit(plan_of("2", Canary{{SetWeight{25}, Pause{}, of(1)}}));
  REQUIRE(early.until(Phase::holding));
  const Decision refused = early.give(Verb::advance_full);
  CHECK_FALSE(refused.accepted);
  CHECK(refused.answer == "step 3 is an approval, and no verb leaves that out: advance step by step");
  CHECK(early.give(Verb::advance).accepted);
  REQUIRE(early.until([&] { return waits_for_approval(*early.record); }));
  early.who = Actor("ana");
  REQUIRE(early.give(Verb::approve).accepted);
  CHECK(early.until_ended());
}

TEST_CASE("approval: approve and reject mean nothing where none is asked for") {
  Rig rig;
  rig.bring_up("1");
  CHECK_FALSE(rig.give(Verb::approve).accepted);
  rig.submit(plan_of("2", Canary{{SetWeight{25}, Pause{}}}));
  REQUIRE(rig.until(Phase::holding));
  const auto before = rig.record;
  CHECK_THAT(rig.give(Verb::approve).answer, Contains("no approval is asked for now"));
  CHECK_THAT(rig.give(Verb::reject).answer, Contains("abort ends a rollout at any time"));
  CHECK(rig.record->phase == Phase::holding);
  CHECK(rig.record->weight == before->weight);
}

TEST_CASE("approval: reject goes back with the reason and the person, as an abort does") {
  Asking rig(of(2));
  REQUIRE(rig.by("ana").accepted);
  rig.who = Actor("ben");
  REQUIRE(rig.give(Verb::reject).accepted);
  CHECK(rig.record->phase == Phase::aborting);
  CHECK(rig.record->abort->by == Actor("ben"));
  CHECK(rig.record->pauses.empty());
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK_THAT(rig.record->reason, Contains("reject by ben"));
  CHECK_FALSE(rig.record->detected_at);
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("approval: abort goes through") {
  Asking rig(of(2));
  REQUIRE(rig.give(Verb::abort).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
}

TEST_CASE("approval: the count outlives a restart, and a retry asks anew") {
  Asking rig(of(2));
  REQUIRE(rig.by("ana").accepted);
  rig.restart();
  CHECK(rig.record->approvals.size() == 1);
  CHECK(waits_for_approval(*rig.record));
  REQUIRE(rig.give(Verb::abort).accepted);
  REQUIRE(rig.until_ended());
  REQUIRE(rig.give(Verb::retry).accepted);
  REQUIRE(rig.until([&] { return waits_for_approval(*rig.record); }));
  CHECK(rig.record->approvals.empty());
  CHECK(rig.by("ana").accepted);
  CHECK_FALSE(rig.passed());
}

TEST_CASE("approval: without enough people in time it goes back, or on where the plan says so") {
  Approval timed = of(2);
  timed.timeout = 60'000ms;
  Asking back(timed);
  const Moment asked = back.now;
  REQUIRE(back.by("ana").accepted);
  REQUIRE(back.until_ended());
  CHECK(back.now.boottime - asked.boottime >= 60'000ms);
  CHECK(back.record->state == State::aborted);
  CHECK_THAT(back.record->reason, Contains("1 of 2 approvals, by ana in 60 s"));

  timed.on_timeout = Approval::OnTimeout::go_on;
  Asking on(timed);
  on.now.wall += 24h;  // a clock that jumps shortens no wait
  on.tick();
  CHECK_FALSE(on.passed());
  REQUIRE(on.until([&] { return on.passed(); }));
  CHECK_THAT(on.leaves.back().reason, Contains("0 of 2 approvals in 60 s"));
}

TEST_CASE("approval: a pause of a person and an approval do not stand for each other") {
  Asking rig(of(1));
  REQUIRE(rig.give(Verb::pause).accepted);
  const Decision yes = rig.by("ana");
  CHECK(yes.accepted);
  CHECK_THAT(yes.answer, Contains("other pauses still hold it"));
  CHECK_FALSE(rig.passed());
  CHECK_FALSE(waits_for_approval(*rig.record));
  CHECK_THAT(rig.by("ben").answer, Contains("it is approved already; other pauses hold it: use resume"));
  REQUIRE(rig.give(Verb::resume).accepted);
  rig.tick();
  CHECK(rig.passed());
}

TEST_CASE("approval: a version that turns bad meanwhile goes back, approved or not") {
  Asking rig(of(2));
  rig.error_permille[SetId("checkout-2")] = 900;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
}

TEST_CASE("approval: a command of before, for another step, does not count here") {
  Asking rig(of(1));
  rig.who = Actor("ana");
  const Decision late = rig.give(Verb::approve, 0);
  CHECK_FALSE(late.accepted);
  CHECK_THAT(late.answer, Contains("step 0 was expected"));
  CHECK(waits_for_approval(*rig.record));
}

}  // namespace depops::rollout
