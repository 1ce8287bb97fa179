#include <catch2/catch.hpp>
#include <memory>

#include "tests/contract/store/store_suite.h"
#include "tests/support/memory_store.h"

using namespace depops;
using namespace depops::tests;

namespace {

struct InMemory {
  std::unique_ptr<MemoryStore> store;
  StoreUnderTest subject{[this] {
                           store = std::make_unique<MemoryStore>();
                           return store.get();
                         },
                         [this] { return store.get(); }};
};

}  // namespace

TEST_CASE("In memory: a fresh store is empty") { a_fresh_store_is_empty(InMemory().subject); }
TEST_CASE("In memory: what was committed is loaded") { what_was_committed_is_loaded(InMemory().subject); }
TEST_CASE("In memory: a later row replaces") { a_later_row_replaces_the_one_with_its_key(InMemory().subject); }
TEST_CASE("In memory: a commit that raises the hub epoch fences what comes later") {
  a_commit_that_raises_the_epoch_fences_what_comes_later(InMemory().subject);
}
TEST_CASE("In memory: a head of the log replaces smaller ones only") {
  a_head_of_the_log_replaces_smaller_ones_only(InMemory().subject);
}
TEST_CASE("In memory: an older hub epoch writes nothing") { an_older_hub_epoch_writes_nothing(InMemory().subject); }
TEST_CASE("In memory: what is out of reach stays out") {
  answered_commands_and_old_deployments_stay_out_of_reach(InMemory().subject);
}
