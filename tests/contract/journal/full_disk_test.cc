#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/journal_sqlite/sqlite_journal.h"
#include "tests/contract/journal/scratch.h"
#include "tests/support/memory_journal.h"

namespace depops::test {
namespace {

constexpr int kNotPermitted = 255;

#define EXPECT(condition) \
  if (!(condition)) return __LINE__

// Writes entries of 20 kB until one is refused; gives back how many were written.
std::uint64_t fill(agent::Journal& journal, std::uint64_t& number, bool safe, Errc& refused) {
  for (std::uint64_t written = 0;; ++written) {
    agent::JournalBatch next = batch(number + 1, 4'000);
    for (int i = 0; i < 4; ++i) next.records.push_back(next.records[0]);
    next.desired = std::string(20'000, static_cast<char>('a' + number % 26));
    next.safe = safe;
    const auto done = journal.commit(next);
    if (!done) {
      refused = done.error().code;
      return written;
    }
    ++number;
  }
}

// Takes all the room there is, to the last block.
void fill_all(const std::string& folder) {
  std::ofstream file(folder + "/filling", std::ios::binary);
  const std::string block(4'096, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

// On a file system of 12 MiB with a reserve of 4 MiB. 0 = all is as it must be, else the line that was not.
int fill_the_disk(const std::string& folder) {
  agent::JournalOptions options;
  options.reserve_bytes = 4 << 20;
  auto opened = agent::SqliteJournal::open(folder + "/journal.db", options);
  EXPECT(opened.ok());
  auto& journal = *opened.value();
  EXPECT(journal.has_reserve());
  std::uint64_t number = 0;
  Errc refused = Errc::internal;
  EXPECT(fill(journal, number, false, refused) > 10);  // forward batches until the disk is full
  EXPECT(refused == Errc::exhausted);
  EXPECT(!journal.has_reserve());
  EXPECT(journal.load().value().site.events_last == Sequence(number));  // nothing of the refused one was kept
  EXPECT(fill(journal, number, false, refused) == 0);                   // still refused
  EXPECT(fill(journal, number, true, refused) > 10);                    // what stops and rolls back goes on
  EXPECT(refused == Errc::exhausted);                                   // until the reserve is used up, too
  EXPECT(journal.load().value().site.events_last == Sequence(number));
  EXPECT(journal.read(sync::Stream::events, Sequence(1), number + 1, ~std::uint64_t{0}).value().size() == number);
  return 0;
}

// The disk is full from the nth write on, for each n: what was committed is there, what was refused is not, and the
// journal goes on when there is room again. 0 = all is as it must be, else the line that was not.
int fill_at_each_write(const std::string& folder) {
  constexpr std::uint64_t kWrites = 60;
  agent::JournalOptions options;
  options.reserve_bytes = 0;
  for (std::uint64_t full_at = 1; full_at <= kWrites; ++full_at) {
    const std::string path = folder + "/" + std::to_string(full_at) + ".db";
    std::uint64_t last = 0;
    bool refused = false;
    {
      auto journal = agent::SqliteJournal::open(path, options).value();
      for (std::uint64_t number = 1; number <= 2 * kWrites && !refused; ++number) {
        if (number == full_at) fill_all(folder);
        const auto done = journal->commit(batch(number, 4'000));
        refused = !done.ok();
        if (refused) EXPECT(done.error().code == Errc::exhausted);
        if (!refused) last = number;
      }
      EXPECT(refused);
      std::filesystem::remove(folder + "/filling");
      EXPECT(journal->load().value().site.events_last == Sequence(last));
      EXPECT(journal->commit(batch(last + 1, 4'000)).ok());
    }
    auto again = agent::SqliteJournal::open(path, options).value();
    EXPECT(again->load().value().site.events_last == Sequence(last + 1));
    EXPECT(again->read(sync::Stream::events, Sequence(1), 1'000, ~std::uint64_t{0}).value().size() == last + 1);
    again.reset();
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
  }
  return 0;
}

int in_own_namespace(const std::string& folder, int (*test)(const std::string&)) {
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return kNotPermitted;
  (void)::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=12m,mode=700") != 0) return kNotPermitted;
  return test(folder);
}

void on_a_small_disk(int (*test)(const std::string&)) {
  const Scratch scratch;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(in_own_namespace(scratch.path, test));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNotPermitted) {
    WARN("skipped: no right to mount a small file system here");
    return;
  }
  REQUIRE(WEXITSTATUS(status) == 0);
}

}  // namespace

TEST_CASE("F17 on a full disk the reserve is given up for what stops and rolls back, and nothing is half-written") {
  on_a_small_disk(fill_the_disk);
}

TEST_CASE("F17 a disk that is full from any write on leaves all of what was committed and nothing of the rest") {
  on_a_small_disk(fill_at_each_write);
}

TEST_CASE(
    "a reserve given up at the start leaves its room to others, and is held again once a forward batch finds room") {
  const Scratch scratch;
  agent::JournalOptions options;
  options.reserve_bytes = 1 << 20;
  const auto journal = agent::SqliteJournal::open(scratch.file(), options).value();
  REQUIRE(journal->has_reserve());
  journal->give_up_reserve();
  CHECK_FALSE(journal->has_reserve());
  CHECK_FALSE(std::ifstream(scratch.file() + ".reserve").is_open());
  agent::JournalBatch next = batch(1, 10);
  next.safe = true;
  REQUIRE(journal->commit(next).ok());
  CHECK_FALSE(journal->has_reserve());
  next = batch(2, 10);
  next.safe = false;
  REQUIRE(journal->commit(next).ok());
  CHECK(journal->has_reserve());
}

TEST_CASE("the journal in memory refuses in the same order") {
  JournalDisk disk;
  disk.room = 5;
  disk.reserve = 2;
  MemoryJournal journal(disk, [](const agent::OutboxRow&) { return std::string("entry"); });
  REQUIRE(journal.load().ok());
  std::uint64_t number = 0;
  Errc refused = Errc::internal;
  REQUIRE(fill(journal, number, false, refused) == 5);
  REQUIRE(refused == Errc::exhausted);
  REQUIRE(fill(journal, number, false, refused) == 0);
  REQUIRE(fill(journal, number, true, refused) == 2);
  REQUIRE(journal.load().value().site.events_last == Sequence(7));
}

}  // namespace depops::test
