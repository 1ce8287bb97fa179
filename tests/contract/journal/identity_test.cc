#include <catch2/catch.hpp>

#include "agent/journal_sqlite/sqlite_journal.h"
#include "shared/sqlite/connection.h"
#include "tests/contract/journal/scratch.h"

namespace depops::test {

using agent::SqliteJournal;

TEST_CASE("a session token, a freeze and the time that was trusted survive a restart") {
  const Scratch scratch;
  agent::SiteState site;
  site.token = {7, std::string(32, '1'), true};
  site.frozen = "two hosts speak for this site";
  site.time = {Instant(Millis(1'800'000'000'000)), Millis(5'000), BootId("one")};
  {
    auto journal = SqliteJournal::open(scratch.file()).value();
    agent::JournalBatch batch;
    batch.site = site;
    REQUIRE(journal->commit(batch).ok());
  }
  CHECK(SqliteJournal::open(scratch.file()).value()->load().value().site == site);
}

TEST_CASE("A24 a journal belongs to the machine that claimed it first") {
  const Scratch scratch;
  auto journal = SqliteJournal::open(scratch.file()).value();
  REQUIRE(journal->claim("one").ok());
  REQUIRE(journal->claim("one").ok());
  CHECK(journal->claim("two").error().code == Errc::conflict);
  CHECK(journal->claim("one").ok());
}

TEST_CASE("F20 a record that is not as it was written is found at load, and stays found") {
  const Scratch scratch;
  {
    auto journal = SqliteJournal::open(scratch.file()).value();
    REQUIRE(journal->commit(batch(1, 100)).ok());
    agent::JournalBatch record;
    auto made = std::make_shared<rollout::Record>();
    made->service = ServiceName("checkout");
    record.records = {made};
    REQUIRE(journal->commit(record).ok());
    CHECK(journal->load().value().damaged.empty());
  }
  {
    auto raw = sqlite::Connection::open(scratch.file(), {}).value();
    // Another number of the attempt: bytes that can be read, and are not those that were written.
    REQUIRE(raw.execute("UPDATE record SET bytes = CAST(bytes || x'5002' AS BLOB)").ok());
  }
  auto journal = SqliteJournal::open(scratch.file()).value();
  const auto loaded = journal->load();
  REQUIRE(loaded.ok());
  CHECK(loaded.value().damaged == "record of checkout");
  agent::JournalBatch rewritten;
  rewritten.records = loaded.value().records;
  REQUIRE(journal->commit(rewritten).ok());
  CHECK(journal->load().value().damaged == "record of checkout");
}

}  // namespace depops::test
