#include <catch2/catch.hpp>

#include "tests/contract/store/store_suite.h"

// Whose commits count when there were two hubs.
namespace depops::tests {
namespace {

hub::Environment made(const char* name) { return {EnvironmentName(name), hub::Tier::staging, Instant{}}; }

hub::HubState state_of(hub::Store& store) {
  auto state = store.load();
  REQUIRE(state.ok());
  return std::move(state).value();
}

}  // namespace

void a_commit_that_raises_the_epoch_fences_what_comes_later(const StoreUnderTest& subject) {
  hub::Store* store = subject.fresh();
  hub::Changeset before;
  before.environments = {made("before")};
  hub::Changeset raising;
  raising.raise_to = HubEpoch(4);
  raising.environments = {made("raising")};
  hub::Changeset after;
  after.hub_epoch = HubEpoch(4);
  after.environments = {made("after")};
  hub::Changeset all;
  for (const hub::Changeset& one : {before, raising, after}) all.append(one);
  REQUIRE(store->commit(all).ok());
  const auto refused = store->commit(before);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::conflict);
  CHECK(store->commit(after).ok());
  const hub::HubState state = state_of(*subject.again());
  CHECK(state.hub_epoch == HubEpoch(4));
  CHECK(state.environments.size() == 3);
}

void an_older_hub_epoch_writes_nothing(const StoreUnderTest& subject) {
  hub::Store* store = subject.fresh();
  REQUIRE(store->commit(one_of_everything()).ok());
  const auto raised = store->raise_epoch();
  REQUIRE(raised.ok());
  CHECK(*raised == HubEpoch(2));
  hub::Changeset late;
  late.hub_epoch = HubEpoch(1);
  late.environments = {made("late")};
  const auto refused = store->commit(late);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::conflict);
  late.hub_epoch = HubEpoch(2);
  late.environments[0].name = EnvironmentName("new");
  CHECK(store->commit(late).ok());
  const hub::HubState state = state_of(*subject.again());
  CHECK(state.hub_epoch == HubEpoch(2));
  REQUIRE(state.environments.size() == 2);
  for (const hub::Environment& row : state.environments) CHECK(row.name != EnvironmentName("late"));
}

}  // namespace depops::tests
