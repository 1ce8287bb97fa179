#include "tests/contract/hooks/hook_cases.h"

#include <catch2/catch.hpp>

namespace depops::test {
namespace {

using agent::HookFacts;
using agent::HookOrder;
using rollout::HookOutcome;

HookOutcome outcome_of(const HookFacts& facts, const HookOrder& order) {
  for (const auto& run : facts.runs) {
    if (run.service == order.service && run.fact.order == order.order) return run.fact.outcome;
  }
  return HookOutcome::unknown;  // no outcome that a case waits for
}

HookFacts until(HookWorld& world, const HookOrder& order, HookOutcome outcome) {
  return world.wait([&](const HookFacts& facts) { return outcome_of(facts, order) == outcome; });
}

void runs_once(HookWorld& world) {
  const HookOrder order = world.order("checkout", 7, Ending::well);
  world.apply({{order}});
  until(world, order, HookOutcome::done);
  world.apply({{order}});
  until(world, order, HookOutcome::done);
  CHECK(world.begun(order) == 1);
  world.apply({});
  CHECK(world.wait([](const HookFacts& facts) { return facts.runs.empty(); }).runs.empty());
}

void says_why_it_failed(HookWorld& world) {
  const HookOrder order = world.order("checkout", 7, Ending::badly);
  world.apply({{order}});
  const HookFacts facts = until(world, order, HookOutcome::failed);
  CHECK_FALSE(facts.runs[0].fact.text.empty());
}

void ends_what_is_not_wanted(HookWorld& world) {
  const HookOrder order = world.order("checkout", 7, Ending::never);
  world.apply({{order}});
  world.wait([&](const HookFacts& facts) {
    return outcome_of(facts, order) == HookOutcome::running && world.is_alive(order);
  });
  world.apply({});
  world.wait([&](const HookFacts& facts) { return facts.runs.empty() && !world.is_alive(order); });
  CHECK(world.begun(order) == 1);
}

void one_after_the_other(HookWorld& world) {
  const HookOrder first = world.order("checkout", 7, Ending::never);
  const HookOrder second = world.order("checkout", 8, Ending::never);
  world.apply({{first}});
  world.wait([&](const HookFacts&) { return world.is_alive(first); });
  world.apply({{second}});
  world.wait([&](const HookFacts&) {
    CHECK_FALSE((world.is_alive(first) && world.is_alive(second)));
    return world.is_alive(second);
  });
  CHECK_FALSE(world.is_alive(first));
}

void services_side_by_side(HookWorld& world) {
  const HookOrder one = world.order("checkout", 7, Ending::never);
  const HookOrder other = world.order("search", 7, Ending::well);
  world.apply({{one, other}});
  until(world, other, HookOutcome::done);
  world.wait([&](const HookFacts&) { return world.is_alive(one); });
  CHECK(world.begun(one) == 1);
}

void knows_nothing_after_a_restart(HookWorld& world) {
  const HookOrder order = world.order("checkout", 7, Ending::never);
  world.apply({{order}});
  world.wait([&](const HookFacts&) { return world.is_alive(order); });
  world.restart_agent();
  const HookOrder next = world.order("checkout", 8, Ending::well);
  world.apply({{next}});
  const HookFacts facts = until(world, next, HookOutcome::done);
  CHECK(facts.runs.size() == 1);
  CHECK_FALSE(world.is_alive(order));
}

}  // namespace

void hook_cases(const std::function<std::unique_ptr<HookWorld>()>& make) {
  SECTION("what is ordered runs once, however often it is ordered") { runs_once(*make()); }
  SECTION("one that fails says why") { says_why_it_failed(*make()); }
  SECTION("what is not ordered any more is ended") { ends_what_is_not_wanted(*make()); }
  SECTION("of one service the next begins when the one before has ended") { one_after_the_other(*make()); }
  SECTION("services do not wait for each other") { services_side_by_side(*make()); }
  SECTION("a new agent knows no run, and nothing runs on") { knows_nothing_after_a_restart(*make()); }
}

}  // namespace depops::test
