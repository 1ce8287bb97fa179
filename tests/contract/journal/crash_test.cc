#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "agent/journal_sqlite/sqlite_journal.h"
#include "tests/contract/journal/scratch.h"

namespace depops::test {
namespace {

// Commits batch after batch and says each number once its commit has returned, until it is killed.
[[noreturn]] void write_until_killed(const std::string& path, int pipe) {
  auto journal = agent::SqliteJournal::open(path);
  if (!journal) ::_exit(1);
  std::uint64_t number = journal.value()->load().value().site.events_last.value();
  for (;;) {
    ++number;
    if (!journal.value()->commit(batch(number, number % 7 * 500)).ok()) ::_exit(2);
    if (::write(pipe, &number, sizeof number) != sizeof number) ::_exit(3);
  }
}

// Runs one such process and kills it right after it said its `count`th number. Gives back the last number it said.
std::uint64_t run_and_kill(const std::string& path, int count) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(path, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t last = 0;
  for (int i = 0; i < count; ++i) REQUIRE(::read(ends[0], &last, sizeof last) == sizeof last);
  REQUIRE(::kill(child, SIGKILL) == 0);
  std::uint64_t more = 0;
  while (::read(ends[0], &more, sizeof more) == sizeof more) last = more;  // said before the signal came
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  return last;
}

}  // namespace

TEST_CASE("a process killed at any point loses nothing that was committed, and leaves nothing half-done") {
  const Scratch scratch;
  std::mt19937_64 random(20'261'123);
  for (int round = 0; round < 25; ++round) {
    const std::uint64_t said = run_and_kill(scratch.file(), 1 + static_cast<int>(random() % 40));
    auto journal = agent::SqliteJournal::open(scratch.file()).value();
    const auto loaded = journal->load().value();
    const std::uint64_t last = loaded.site.events_last.value();
    REQUIRE(last >= said);
    REQUIRE(last <= said + 1);  // committed, and killed before it could say so
    REQUIRE(loaded.site.generation == Generation(last));
    REQUIRE(loaded.records.at(0)->order == last);
    REQUIRE(journal->read(sync::Stream::events, Sequence(1), last + 1, ~std::uint64_t{0}).value().size() == last);
    REQUIRE(journal->read(sync::Stream::audit, Sequence(1), last + 1, ~std::uint64_t{0}).value().size() == last);
  }
}

}  // namespace depops::test
