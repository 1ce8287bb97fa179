#include <catch2/catch.hpp>

#include "tests/contract/store/store_suite.h"

// Whose commits count when there were two hubs, or two logs.
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

// What was signed is never unsaid, and nothing else of that commit is kept.
void a_head_of_the_log_replaces_smaller_ones_only(const StoreUnderTest& subject) {
  hub::Store* store = subject.fresh();
  const auto commit = [&](std::uint64_t size, std::uint8_t root, const char* name) {
    hub::Changeset changes;
    changes.log_head = hub::LogHead{audit::TreeSize(size), audit::Hash{root}, "note of " + std::to_string(size), {}};
    changes.environments = {made(name)};
    return store->commit(changes);
  };
  CHECK_FALSE(state_of(*store).log_head.has_value());
  REQUIRE(commit(5, 1, "first").ok());
  CHECK(commit(4, 1, "smaller").error().code == Errc::conflict);
  CHECK(commit(5, 2, "other root").error().code == Errc::conflict);
  REQUIRE(commit(5, 1, "again").ok());
  REQUIRE(commit(9, 3, "larger").ok());
  const hub::HubState state = state_of(*subject.again());
  CHECK(state.log_head->size == audit::TreeSize(9));
  CHECK(state.log_head->note == "note of 9");
  CHECK(state.environments.size() == 3);
}

}  // namespace depops::tests
