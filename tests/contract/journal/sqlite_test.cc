#include <catch2/catch.hpp>
#include <fstream>

#include "agent/journal_sqlite/sqlite_journal.h"
#include "tests/contract/journal/scratch.h"

namespace depops::test {

using agent::SqliteJournal;

TEST_CASE("a second agent on the same journal is refused") {
  const Scratch scratch;
  auto journal = SqliteJournal::open(scratch.file());
  REQUIRE(journal.ok());
  REQUIRE(SqliteJournal::open(scratch.file()).error().code == Errc::conflict);
}

TEST_CASE("a damaged journal is said to be damaged, with the file") {
  const Scratch scratch;
  {
    auto journal = SqliteJournal::open(scratch.file()).value();
    for (std::uint64_t i = 1; i <= 200; ++i) REQUIRE(journal->commit(batch(i, 1'000)).ok());
  }
  std::fstream file(scratch.file(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4'096 * 20);
  file << std::string(4'096 * 10, '\xee');
  file.close();
  const auto again = SqliteJournal::open(scratch.file());
  REQUIRE(again.error().code == Errc::corrupt);
  REQUIRE(again.error().what.find(scratch.file()) != std::string::npos);
}

TEST_CASE("the reserve is held beside the journal") {
  const Scratch scratch;
  agent::JournalOptions options;
  options.reserve_bytes = 1 << 20;
  auto journal = SqliteJournal::open(scratch.file(), options).value();
  REQUIRE(journal->has_reserve());
  REQUIRE(std::filesystem::file_size(scratch.file() + ".reserve") == options.reserve_bytes);
}

}  // namespace depops::test
