#include <catch2/catch.hpp>

#include "shared/rollout/hook_step.h"
#include "tests/unit/shared/rollout/rig.h"

namespace depops::rollout {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;
using Keys = std::vector<std::string>;

const HookFact kRunning{0, HookOutcome::running, {}};
const HookFact kDone{0, HookOutcome::done, {}};
const HookFact kFailed{0, HookOutcome::failed, "ended with status 3"};
const HookFact kUnknown{0, HookOutcome::unknown, "no whole answer in time"};

Hook migrate() {
  Hook hook;
  hook.name = "migrate";
  hook.call = HookCommand{{"/opt/migrate"}};
  hook.undo = HookCommand{{"/opt/migrate", "back"}};
  return hook;
}

struct Hooked : Rig {
  explicit Hooked(
      Hook one, OnFailure on_failure = OnFailure::rollback,
      std::function<HookFact(const std::string&)> ends = [](const std::string&) { return kRunning; }) {
    bring_up("1");
    hook = std::move(ends);
    auto plan = plan_of("2", Canary{{SetWeight{25}, std::move(one), SetWeight{50}, Pause{}}});
    plan->on_failure = on_failure;
    submit(plan);
    REQUIRE(until(Phase::hooking));
  }
  std::string key(int attempt) const { return record->rollout.str() + "/1/" + std::to_string(attempt); }
  void all_hooks(const HookFact& fact) {
    hook = [fact](const std::string&) { return fact; };
  }
  bool unsure() const { return !record->pauses.empty() && record->pauses[0].reason == PauseReason::inconclusive; }
};

bool is_undo(const std::string& key) { return key.ends_with("/undo"); }

}  // namespace

TEST_CASE("hook: it is journaled before it runs, runs once, and the next step waits for its end") {
  Hooked rig(migrate());
  CHECK(rig.hook_runs == Keys{rig.key(1)});
  const Intent& intent = rig.record->intents.back();
  CHECK(intent.kind == IntentKind::hook);
  CHECK(intent.seq == rig.record->hooks[0].run.order);
  CHECK(waiting_for(*rig.record, {}) == "hook migrate (" + rig.key(1) + ") runs");
  for (int i = 0; i < 1'000; ++i) rig.tick();
  CHECK(rig.record->phase == Phase::hooking);
  CHECK(rig.hook_runs.size() == 1);
  rig.all_hooks(kDone);
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->step == 3);
  CHECK(rig.hook_runs.size() == 1);
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
  CHECK(rig.hook_runs.size() == 1);  // what completed is not taken back
}

TEST_CASE("hook: a failure goes back, and the undo runs once no request goes to the target") {
  Hooked rig(migrate());
  std::vector<std::uint32_t> weights_at_undo;
  rig.hook = [&](const std::string& key) {
    if (is_undo(key)) weights_at_undo.push_back(rig.record->weight.percent);
    return is_undo(key) ? kDone : kFailed;
  };
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK_THAT(rig.record->reason, Contains("hook migrate (" + rig.key(1) + ") failed: ended with status 3"));
  CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(1) + "/undo"});
  CHECK(weights_at_undo.front() == 0);
  CHECK(rig.record->degraded.empty());
  CHECK(rig.record->detected_at);
}

TEST_CASE("hook: retries have a key each and wait longer every time") {
  Hook hook = migrate();
  hook.retries = 2;
  Hooked rig(hook);
  std::vector<Millis> begun;
  rig.hook = [&](const std::string& key) {
    if (begun.empty() || rig.hook_runs.size() > begun.size()) begun.push_back(rig.now.boottime);
    return key == rig.key(3) || is_undo(key) ? kDone : kFailed;
  };
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(2), rig.key(3)});
  CHECK(hook_gap(1) == 1'000ms);
  CHECK(hook_gap(2) == 2'000ms);
  CHECK(hook_gap(9) == 32'000ms);
  CHECK(rig.record->hooks[0].attempt == 3);
}

TEST_CASE("hook: on failure hold, a resume runs it anew and a skip goes on without") {
  Hooked rig(migrate(), OnFailure::hold);
  rig.all_hooks(kFailed);
  REQUIRE(rig.until([&] { return !rig.record->pauses.empty(); }));
  CHECK(rig.record->pauses[0].reason == PauseReason::failure);
  for (int i = 0; i < 100; ++i) rig.tick();
  CHECK(rig.hook_runs.size() == 1);
  rig.all_hooks(kDone);
  REQUIRE(rig.give(Verb::resume).accepted);
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(2)});

  Hooked left(migrate(), OnFailure::hold);
  left.all_hooks(kFailed);
  REQUIRE(left.until([&] { return !left.record->pauses.empty(); }));
  REQUIRE(left.give(Verb::skip).accepted);
  REQUIRE(left.give(Verb::resume).accepted);
  REQUIRE(left.until(Phase::holding));
  CHECK(left.hook_runs.size() == 1);
}

TEST_CASE("hook: lost with the agent, an idempotent one runs again with its key") {
  Hook hook = migrate();
  hook.idempotent = true;
  Hooked rig(hook);
  rig.restart();
  CHECK(rig.record->pauses.empty());
  CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(1)});
  CHECK(std::holds_alternative<Notice>(rig.reports[rig.reports.size() - 1]));
  rig.all_hooks(kDone);
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.hook_runs.size() == 2);
}

TEST_CASE("hook: lost with the agent, any other one waits for a person and does not run again by itself") {
  Hooked rig(migrate());
  rig.restart();
  REQUIRE(rig.unsure());
  CHECK_THAT(rig.record->reason, Contains("whether hook migrate (" + rig.key(1) + ") was carried out is not known") &&
                                     Contains("resume runs it again with a new key, skip goes on without"));
  for (int i = 0; i < 1'000; ++i) rig.tick();
  rig.restart();
  CHECK(rig.hook_runs.size() == 1);
  SECTION("resume is a new attempt") {
    rig.all_hooks(kDone);
    REQUIRE(rig.give(Verb::resume).accepted);
    REQUIRE(rig.until(Phase::holding));
    CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(2)});
  }
  SECTION("skip goes on") {
    REQUIRE(rig.give(Verb::skip).accepted);
    REQUIRE(rig.until(Phase::holding));
    CHECK(rig.hook_runs.size() == 1);
  }
  SECTION("abort takes back what may have been done") {
    rig.all_hooks(kDone);
    REQUIRE(rig.give(Verb::abort).accepted);
    REQUIRE(rig.until_ended());
    CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(1) + "/undo"});
  }
}

TEST_CASE("hook: an answer that does not come is not known either") {
  Hooked rig(migrate());
  rig.all_hooks(kUnknown);
  REQUIRE(rig.until([&] { return rig.unsure(); }));
  CHECK(rig.hook_runs.size() == 1);

  Hook idempotent = migrate();
  idempotent.idempotent = true;
  idempotent.retries = 1;
  Hooked again(idempotent);
  again.all_hooks(kUnknown);
  REQUIRE(again.until([&] { return again.unsure(); }));
  CHECK(again.hook_runs == Keys{again.key(1), again.key(1)});
}

TEST_CASE("hook: an abort ends what runs, then its undo follows") {
  Hooked rig(migrate());
  REQUIRE(rig.give(Verb::abort).accepted);
  CHECK(rig.record->hooks[0].run.state == HookState::ended);
  rig.all_hooks(kDone);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(1) + "/undo"});
}

TEST_CASE("hook: the undo of each that was begun runs, the last one first; of one never begun none") {
  Rig rig;
  rig.bring_up("1");
  Hook without = migrate();
  without.undo.reset();
  rig.submit(plan_of("2", Canary{{SetWeight{25}, migrate(), without, migrate(), Pause{}, migrate()}}));
  REQUIRE(rig.until(Phase::holding));
  REQUIRE(rig.give(Verb::abort).accepted);
  REQUIRE(rig.until_ended());
  const std::string id = rig.record->rollout.str();
  CHECK(rig.hook_runs == Keys{id + "/1/1", id + "/2/2", id + "/3/3", id + "/3/3/undo", id + "/1/1/undo"});
}

TEST_CASE("hook: an undo that fails is tried again, given up after a while, and told; requests went back before") {
  Hooked rig(migrate());
  rig.hook = [](const std::string&) { return kFailed; };
  REQUIRE(rig.until([&] { return rig.record->safe_at.has_value(); }));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.hook_runs.size() == 1 + kUndoTries);
  CHECK_THAT(rig.record->degraded, Contains("undo of hook migrate") && Contains("ended with status 3"));
  CHECK(status_of(*rig.record, {}).reason.find("undo of hook migrate") != std::string::npos);
  const bool told = std::any_of(rig.reports.begin(), rig.reports.end(), [](const Report& report) {
    const auto* notice = std::get_if<Notice>(&report);
    return notice != nullptr && notice->kind == "undo-given-up";
  });
  CHECK(told);
  rig.all_hooks(kDone);
  rig.submit(plan_of("3", Canary{{SetWeight{25}}}));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->degraded.empty());
}

TEST_CASE("hook: an undo that fails once does not stop the way back, nor does one that was lost") {
  Hooked rig(migrate());
  int undos = 0;
  rig.hook = [&](const std::string& key) {
    if (!is_undo(key)) return kFailed;
    return ++undos < 3 ? kRunning : undos < 4 ? kFailed : kDone;
  };
  REQUIRE(rig.until([&] { return undos == 2; }));
  rig.restart();
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->degraded.empty());
  CHECK(rig.hook_runs.back() == rig.key(1) + "/undo");
}

TEST_CASE("hook: a retry of the rollout uses no key again") {
  Hooked rig(migrate());
  rig.hook = [](const std::string& key) { return is_undo(key) ? kDone : kFailed; };
  REQUIRE(rig.until_ended());
  rig.all_hooks(kDone);
  REQUIRE(rig.give(Verb::retry).accepted);
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.hook_runs == Keys{rig.key(1), rig.key(1) + "/undo", rig.key(2)});
}

TEST_CASE("hook: a pause lets what runs run on and begins nothing new") {
  Hooked rig(migrate());
  REQUIRE(rig.give(Verb::pause).accepted);
  rig.all_hooks(kDone);
  for (int i = 0; i < 10; ++i) rig.tick();
  CHECK(rig.record->hooks[0].run.state == HookState::done);
  CHECK(rig.record->phase == Phase::hooking);
  REQUIRE(rig.give(Verb::resume).accepted);
  REQUIRE(rig.until(Phase::holding));

  Rig held;
  held.bring_up("1");
  held.submit(plan_of("2", Canary{{SetWeight{25}, Pause{}, migrate(), Pause{}}}));
  REQUIRE(held.until(Phase::holding));
  REQUIRE(held.give(Verb::pause).accepted);
  REQUIRE(held.give(Verb::skip).accepted);
  CHECK(held.record->phase == Phase::hooking);
  for (int i = 0; i < 10; ++i) held.tick();
  CHECK(held.hook_runs.empty());
  REQUIRE(held.give(Verb::resume).accepted);
  REQUIRE(held.until(Phase::holding));
  CHECK(held.hook_runs.size() == 1);
}

TEST_CASE("hook: advance --full and skip end one that runs; superseded, it is taken back first") {
  Hooked full(migrate());
  REQUIRE(full.give(Verb::advance_full).accepted);
  full.all_hooks(kDone);
  REQUIRE(full.until_ended());
  CHECK(full.record->state == State::completed);
  CHECK(full.hook_runs.size() == 1);

  Hooked old(migrate());
  old.all_hooks(kDone);
  const std::string undo = old.key(1) + "/undo";
  old.hook = [&](const std::string& key) { return key == undo ? kDone : kRunning; };
  old.submit(plan_of("3", Canary{{SetWeight{25}}}), true);
  REQUIRE(old.until_ended());
  CHECK(old.stable() == "1.3");
  CHECK(old.hook_runs.back() == undo);
}

TEST_CASE("hook: a version that turns bad while it runs goes back") {
  Hooked rig(migrate());
  rig.error_permille[SetId("checkout-2")] = 900;
  rig.hook = [](const std::string& key) { return is_undo(key) ? kDone : kRunning; };
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.hook_runs.size() == 2);
}

}  // namespace depops::rollout
