#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "hub/store_sqlite/sqlite_store.h"
#include "shared/sqlite/connection.h"
#include "shared/sqlite/migrations.h"
#include "tests/contract/store/store_suite.h"

// What happens to the hub's file beside its program: a torn end, a process killed while it changes the schema.
namespace depops::tests {
namespace {

namespace fs = std::filesystem;
using hub::store_sqlite::SqliteStore;

constexpr std::uintmax_t kTorn = 4'096;
constexpr int kRows = 300;

struct Place {
  Place() {
    std::string name = (fs::temp_directory_path() / "depops-damage-XXXXXX").string();
    directory = ::mkdtemp(name.data());
  }
  ~Place() { fs::remove_all(directory); }
  std::string file(const std::string& name) const { return (directory / name).string(); }
  fs::path directory;
};

hub::Changeset environment(int number) {
  hub::Changeset changes;
  std::string digits = std::to_string(number);
  digits.insert(0, 4 - digits.size(), '0');
  changes.environments = {{EnvironmentName("e-" + digits), hub::Tier::staging, Instant()}};
  return changes;
}

// A store with one commit after the other, copied while it is open, so that the copy has its log beside it.
void write_and_copy(const Place& place) {
  auto store = SqliteStore::open(place.file("hub.db")).value();
  for (int i = 0; i < kRows; ++i) REQUIRE(store->commit(environment(i)).ok());
  for (const char* part : {"hub.db", "hub.db-wal"})
    fs::copy_file(place.file(part), place.file("copy-" + std::string(part)));
}

void zero_end(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-static_cast<std::streamoff>(kTorn), std::ios::end);
  file << std::string(kTorn, '\0');
}

void cut_end(const std::string& path) { fs::resize_file(path, fs::file_size(path) - kTorn); }

// Either it says that it is damaged, or it holds the first so many commits, each whole. How many; nothing: it said so.
std::optional<std::size_t> held(const std::string& path) {
  auto store = SqliteStore::open(path);
  if (!store.ok()) {
    CHECK(store.error().code == Errc::corrupt);
    CHECK(store.error().what.find(path) != std::string::npos);
    return std::nullopt;
  }
  const auto state = (*store)->load();
  REQUIRE(state.ok());
  for (std::size_t i = 0; i < state->environments.size(); ++i)
    CHECK(state->environments[i] == environment(static_cast<int>(i)).environments[0]);
  return state->environments.size();
}

}  // namespace

TEST_CASE("F19 the hub's log with a torn end holds a beginning of what was committed, nothing by halves") {
  for (const auto tear : {zero_end, cut_end}) {
    const Place place;
    write_and_copy(place);
    tear(place.file("copy-hub.db-wal"));
    const auto kept = held(place.file("copy-hub.db"));
    REQUIRE(kept.has_value());
    CHECK(*kept < kRows);
    CHECK(*kept + 3 >= kRows);
  }
}

TEST_CASE("F19 a hub does not start on a file with a torn end, and says which") {
  for (const auto tear : {zero_end, cut_end}) {
    const Place place;
    {
      auto store = SqliteStore::open(place.file("hub.db")).value();
      for (int i = 0; i < kRows; ++i) REQUIRE(store->commit(environment(i)).ok());
    }
    tear(place.file("hub.db"));
    CHECK_FALSE(held(place.file("hub.db")).has_value());
  }
}

TEST_CASE("F20 a turned bit anywhere in the hub's file is found, or changes nothing that the hub decides by") {
  constexpr int kTurned = 800;
  const Place place;
  {
    auto store = SqliteStore::open(place.file("hub.db")).value();
    REQUIRE(store->commit(one_of_everything()).ok());
  }
  std::ifstream in(place.file("hub.db"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  REQUIRE(whole.size() > kTorn);
  std::mt19937_64 random(20'261'127);
  int found = 0;
  for (int i = 0; i < kTurned; ++i) {
    std::string turned = whole;
    const std::size_t at = std::uniform_int_distribution<std::size_t>(0, whole.size() - 1)(random);
    const int bit = std::uniform_int_distribution<int>(0, 7)(random);
    turned[at] = static_cast<char>(static_cast<unsigned char>(turned[at]) ^ (1U << bit));
    INFO("bit " << bit << " of byte " << at);
    std::ofstream(place.file("turned.db"), std::ios::binary) << turned;
    for (const char* beside : {"turned.db-wal", "turned.db-shm"}) fs::remove(place.file(beside));
    auto store = SqliteStore::open(place.file("turned.db"));
    found += store.ok() ? 0 : 1;
    if (!store.ok()) continue;
    const auto state = (*store)->load();
    found += state.ok() ? 0 : 1;
    if (state.ok()) check_holds(state.value(), one_of_everything());
  }
  CHECK(found > 0);
}

TEST_CASE("F20 a row of the hub's file that is not what was written is named, with what to do") {
  const Place place;
  {
    auto store = SqliteStore::open(place.file("hub.db")).value();
    REQUIRE(store->commit(environment(7)).ok());
  }
  auto raw = sqlite::Connection::open(place.file("hub.db")).value();
  REQUIRE(raw.execute("UPDATE environments SET tier = 'production'").ok());
  const auto store = SqliteStore::open(place.file("hub.db"));
  REQUIRE_FALSE(store.ok());
  CHECK(store.error().code == Errc::corrupt);
  for (const char* part : {"hub.db", "e-0007", "environments", "backup"})
    CHECK(store.error().what.find(part) != std::string::npos);
}

TEST_CASE("F13 a hub that is killed while it changes the schema finds all it had, in the new schema") {
  std::mt19937_64 random(20'261'126);
  int died = 0;
  for (int round = 0; round < 40; ++round) {
    const Place place;
    {
      auto old = sqlite::Connection::open(place.file("hub.db")).value();
      REQUIRE(sqlite::migrate(old, hub::store_sqlite::migrations().first(1)).ok());
      auto transaction = sqlite::Transaction::begin(old).value();
      for (int i = 0; i < kRows; ++i) {
        const auto row = environment(i).environments[0];
        REQUIRE(old.execute("INSERT INTO environments VALUES ('" + row.name.str() + "', 'staging', 0)").ok());
      }
      REQUIRE(transaction.commit().ok());
    }
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(SqliteStore::open(place.file("hub.db")).ok() ? 0 : 1);
    const auto wait = std::chrono::microseconds(std::uniform_int_distribution<int>(0, 30'000)(random));
    const auto until = std::chrono::steady_clock::now() + wait;
    while (std::chrono::steady_clock::now() < until) {
    }
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    died += WIFSIGNALED(status) ? 1 : 0;
    CHECK(held(place.file("hub.db")) == kRows);
  }
  CHECK(died > 0);
}

}  // namespace depops::tests
