#include <catch2/catch.hpp>
#include <fstream>

#include "agent/journal_sqlite/sqlite_journal.h"
#include "tests/contract/journal/scratch.h"

// What a disk that tore the end of a write off leaves of an agent's journal.
namespace depops::test {
namespace {

namespace fs = std::filesystem;
using agent::SqliteJournal;

constexpr std::uintmax_t kTorn = 4'096;
constexpr std::uint64_t kBatches = 60;  // fewer than fill the log once: its end is then the end of the file

void zero_end(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-static_cast<std::streamoff>(kTorn), std::ios::end);
  file << std::string(kTorn, '\0');
}

void cut_end(const std::string& path) { fs::resize_file(path, fs::file_size(path) - kTorn); }

agent::JournalOptions small() {
  agent::JournalOptions options;
  options.reserve_bytes = 0;
  return options;
}

// The number of the last batch, all of whose parts must be there; nothing: the journal said that something is damaged.
std::optional<std::uint64_t> held(const std::string& path) {
  auto journal = SqliteJournal::open(path, small());
  if (!journal.ok()) {
    CHECK(journal.error().code == Errc::corrupt);
    CHECK(journal.error().what.find(path) != std::string::npos);
    return std::nullopt;
  }
  const auto loaded = (*journal)->load();
  for (const auto stream : sync::kStreams) {
    const auto entries = (*journal)->read(stream, Sequence(1), kBatches + 1, ~std::uint64_t{0});
    if (!entries.ok() || entries->size() < loaded->site.events_last.value()) return std::nullopt;
  }
  REQUIRE(loaded.ok());
  const std::uint64_t last = loaded->site.events_last.value();
  CHECK(loaded->site.generation == Generation(last));
  CHECK(loaded->records.at(0)->order == last);
  for (const auto stream : sync::kStreams)
    CHECK((*journal)->read(stream, Sequence(1), kBatches + 1, ~std::uint64_t{0})->size() == last);
  return last;
}

}  // namespace

TEST_CASE("F19 a journal whose log has a torn end holds a beginning of what was committed, nothing by halves") {
  for (const auto tear : {zero_end, cut_end}) {
    const Scratch scratch;
    auto journal = SqliteJournal::open(scratch.file(), small()).value();
    for (std::uint64_t i = 1; i <= kBatches; ++i) REQUIRE(journal->commit(batch(i, 1'000)).ok());
    for (const char* part : {"", "-wal"}) fs::copy_file(scratch.file() + part, scratch.path + "/copy.db" + part);
    tear(scratch.path + "/copy.db-wal");
    const auto last = held(scratch.path + "/copy.db");
    REQUIRE(last.has_value());
    CHECK(*last < kBatches);
    CHECK(*last + 3 >= kBatches);
  }
}

TEST_CASE("F20 one flipped bit in an entry of the outbox is found when it is read, and the entry is told to nobody") {
  const Scratch scratch;
  {
    auto journal = SqliteJournal::open(scratch.file(), small()).value();
    for (std::uint64_t i = 1; i <= 9; ++i) REQUIRE(journal->commit(batch(i, 1'000)).ok());
  }
  std::fstream file(scratch.file(), std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::size_t at = bytes.find(std::string(200, 'x'));  // the text of some entry
  REQUIRE(at != std::string::npos);
  file.seekp(static_cast<std::streamoff>(at + 100));
  file.put('x' ^ 0x10);
  file.close();
  auto journal = SqliteJournal::open(scratch.file(), small()).value();
  std::uint64_t told = 0;
  std::string said;
  for (std::uint64_t next = 1; next <= 9; ++next) {
    const auto one = journal->read(sync::Stream::events, Sequence(next), 1, 1);
    told += one.ok() ? one->size() : 0;
    if (!one.ok()) said = one.error().what;
    if (!one.ok()) CHECK(one.error().code == Errc::corrupt);
  }
  CHECK(told == 8);
  CHECK_THAT(said, Catch::Contains(scratch.file()) && Catch::Contains("not what was written"));
  CHECK(journal->read(sync::Stream::events, Sequence(1), 9, ~std::uint64_t{0})->size() < 9);
}

TEST_CASE("F20 one flipped bit in a page of the journal's tree is found when it is opened") {
  int found = 0;
  for (const std::size_t page : {2U, 4U, 6U, 8U}) {
    const Scratch scratch;
    {
      auto journal = SqliteJournal::open(scratch.file(), small()).value();
      for (std::uint64_t i = 1; i <= kBatches; ++i) REQUIRE(journal->commit(batch(i, 10)).ok());
    }
    std::fstream file(scratch.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(kTorn * page));
    const int kind = file.get();
    file.seekp(static_cast<std::streamoff>(kTorn * page));
    file.put(static_cast<char>(kind ^ 0x01));
    file.close();
    found += held(scratch.file()).has_value() ? 0 : 1;
  }
  CHECK(found == 4);
}

TEST_CASE("F19 an agent goes by no journal with a torn end, and says which") {
  for (const auto tear : {zero_end, cut_end}) {
    const Scratch scratch;
    {
      auto journal = SqliteJournal::open(scratch.file(), small()).value();
      for (std::uint64_t i = 1; i <= kBatches; ++i) REQUIRE(journal->commit(batch(i, 1'000)).ok());
    }
    tear(scratch.file());
    CHECK_FALSE(held(scratch.file()).has_value());
  }
}

}  // namespace depops::test
