#include "tests/contract/runtime/runtime_cases.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace depops::test {
namespace {

using agent::EndpointFacts;
using agent::EndpointState;
using agent::RuntimeFacts;
using agent::SetFacts;

SetFacts set_of(const RuntimeFacts& facts, const SetId& set) {
  for (const SetFacts& entry : facts.sets) {
    if (entry.set == set) return entry;
  }
  return {};
}

auto ready(const SetId& set, std::uint32_t count) {
  return [=](const RuntimeFacts& facts) {
    const SetFacts entry = set_of(facts, set);
    return entry.ready == count && entry.running == count && entry.retiring == 0;
  };
}

std::set<EndpointId> ids(const RuntimeFacts& facts) {
  std::set<EndpointId> found;
  for (const EndpointFacts& endpoint : facts.endpoints) found.insert(endpoint.id);
  return found;
}

void starts_what_is_ordered(RuntimeWorld& world) {
  const auto order = world.order("1.0", 3);
  world.apply({1, {order}, {}});
  const RuntimeFacts facts = world.wait(ready(order.snapshot.set, 3));
  REQUIRE(facts.applied_seq == 1);
  REQUIRE(set_of(facts, order.snapshot.set).desired == 3);
  std::set<std::pair<std::string, std::uint16_t>> addresses;
  for (const EndpointFacts& endpoint : facts.endpoints) {
    REQUIRE(endpoint.set == order.snapshot.set);
    REQUIRE(endpoint.state == EndpointState::ready);
    REQUIRE(endpoint.ready_since);
    addresses.insert({endpoint.host, endpoint.port});
  }
  REQUIRE(addresses.size() == 3);
}

void same_orders_do_nothing(RuntimeWorld& world) {
  const auto order = world.order("1.0", 2);
  world.apply({1, {order}, {}});
  const auto before = ids(world.wait(ready(order.snapshot.set, 2)));
  world.apply({2, {order}, {}});
  const RuntimeFacts after = world.wait([&](const RuntimeFacts& facts) { return facts.applied_seq == 2; });
  REQUIRE(ids(after) == before);
}

void surplus_is_retired_and_stopped_when_released(RuntimeWorld& world) {
  const auto three = world.order("1.0", 3);
  auto one = three;
  one.replicas = 1;
  world.apply({1, {three}, {}});
  world.wait(ready(three.snapshot.set, 3));
  world.apply({2, {one}, {}});
  const RuntimeFacts facts = world.wait(
      [&](const RuntimeFacts& now) { return now.applied_seq == 2 && set_of(now, one.snapshot.set).retiring == 2; });
  REQUIRE(set_of(facts, one.snapshot.set).running == 1);
  std::vector<EndpointId> released;
  for (const EndpointFacts& endpoint : facts.endpoints) {
    if (endpoint.state == EndpointState::retiring) released.push_back(endpoint.id);
  }
  world.apply({3, {one}, {released[0]}});
  const auto left = ids(world.wait([&](const RuntimeFacts& now) { return now.endpoints.size() == 2; }));
  REQUIRE(left.contains(released[1]));
  world.apply({4, {one}, released});
  world.wait(ready(one.snapshot.set, 1));
}

void retiring_is_taken_back(RuntimeWorld& world) {
  const auto two = world.order("1.0", 2);
  auto none = two;
  none.replicas = 0;
  world.apply({1, {two}, {}});
  const auto before = ids(world.wait(ready(two.snapshot.set, 2)));
  world.apply({2, {none}, {}});
  world.wait([&](const RuntimeFacts& now) { return set_of(now, two.snapshot.set).retiring == 2; });
  world.apply({3, {two}, {}});
  REQUIRE(ids(world.wait(ready(two.snapshot.set, 2))) == before);
}

void a_set_not_named_goes(RuntimeWorld& world) {
  const auto old_set = world.order("1.0", 1);
  const auto new_set = world.order("1.1", 1);
  world.apply({1, {old_set, new_set}, {}});
  const RuntimeFacts both = world.wait([&](const RuntimeFacts& now) {
    return ready(old_set.snapshot.set, 1)(now) && ready(new_set.snapshot.set, 1)(now);
  });
  std::vector<EndpointId> released;
  for (const EndpointFacts& endpoint : both.endpoints) {
    if (endpoint.set == old_set.snapshot.set) released.push_back(endpoint.id);
  }
  world.apply({2, {new_set}, released});
  const RuntimeFacts after = world.wait([&](const RuntimeFacts& now) { return now.sets.size() == 1; });
  REQUIRE(after.endpoints.size() == 1);
  REQUIRE(after.endpoints[0].set == new_set.snapshot.set);
}

void a_crash_is_counted_and_made_good(RuntimeWorld& world) {
  const auto order = world.order("1.0", 2);
  world.apply({1, {order}, {}});
  const RuntimeFacts before = world.wait(ready(order.snapshot.set, 2));
  world.crash(before.endpoints[0].id);
  const RuntimeFacts after = world.wait([&](const RuntimeFacts& now) {
    return ready(order.snapshot.set, 2)(now) && set_of(now, order.snapshot.set).restarts == 1;
  });
  REQUIRE_FALSE(ids(after).contains(before.endpoints[0].id));  // an id is never used again
  REQUIRE(ids(after).contains(before.endpoints[1].id));
  REQUIRE_FALSE(set_of(after, order.snapshot.set).trouble.empty());
}

void a_restarted_agent_finds_all_again(RuntimeWorld& world) {
  const auto order = world.order("1.0", 2);
  world.apply({1, {order}, {}});
  const auto before = ids(world.wait(ready(order.snapshot.set, 2)));
  world.restart_agent();
  const RuntimeFacts found = world.wait([&](const RuntimeFacts& now) { return now.endpoints.size() == 2; });
  REQUIRE(ids(found) == before);
  for (const EndpointFacts& endpoint : found.endpoints) REQUIRE(endpoint.state == EndpointState::ready);
  world.apply({1, {order}, {}});
  const RuntimeFacts after = world.wait([&](const RuntimeFacts& now) { return now.applied_seq == 1; });
  REQUIRE(ids(after) == before);
  REQUIRE(set_of(after, order.snapshot.set).restarts == 0);
}

}  // namespace

void runtime_cases(const std::function<std::unique_ptr<RuntimeWorld>()>& make, bool beside) {
  SECTION("starts what is ordered") { starts_what_is_ordered(*make()); }
  SECTION("the same orders again do nothing") { same_orders_do_nothing(*make()); }
  SECTION("surplus is retired, and stopped when released") { surplus_is_retired_and_stopped_when_released(*make()); }
  SECTION("a retiring endpoint is taken back") { retiring_is_taken_back(*make()); }
  if (beside) {
    SECTION("a set that is not named goes") { a_set_not_named_goes(*make()); }
  }
  SECTION("a crash is counted and made good") { a_crash_is_counted_and_made_good(*make()); }
  SECTION("a restarted agent finds all again") { a_restarted_agent_finds_all_again(*make()); }
}

}  // namespace depops::test
