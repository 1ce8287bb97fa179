#pragma once

#include <functional>
#include <memory>

#include "hub/ports/store.h"

namespace depops::tests {

// One store under test. `fresh` makes an empty one; `again` opens the same one after the process that held it died, and
// ends whatever `fresh` or `again` gave before.
struct StoreUnderTest {
  std::function<hub::Store*()> fresh;
  std::function<hub::Store*()> again;
};

// One row of every kind, with texts, bytes and numbers that are hard to keep.
hub::Changeset one_of_everything();
// The state is what `changes` holds, events and audit log left out: they are only read through a reader.
void check_holds(const hub::HubState& state, const hub::Changeset& changes);

// Each is one test; they use Catch2's checks.
void a_fresh_store_is_empty(const StoreUnderTest& subject);
void what_was_committed_is_loaded(const StoreUnderTest& subject);
void a_later_row_replaces_the_one_with_its_key(const StoreUnderTest& subject);
void a_commit_that_raises_the_epoch_fences_what_comes_later(const StoreUnderTest& subject);
void a_head_of_the_log_replaces_smaller_ones_only(const StoreUnderTest& subject);
void an_older_hub_epoch_writes_nothing(const StoreUnderTest& subject);
void answered_commands_and_old_deployments_stay_out_of_reach(const StoreUnderTest& subject);

}  // namespace depops::tests
