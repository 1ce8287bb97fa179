#include "hub/main/checkpoints.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "hub/store_sqlite/sqlite_reader.h"
#include "hub/store_sqlite/sqlite_store.h"
#include "shared/clock/system_clock.h"
#include "shared/signing/log_primitives.h"
#include "shared/sqlite/connection.h"

// How the audit log of a hub is signed, over a real store and a real guard.
namespace depops::hub {
namespace {

namespace fs = std::filesystem;

struct SignedLog {
  SignedLog() {
    std::string path = (fs::temp_directory_path() / "depops-log-XXXXXX").string();
    folder = ::mkdtemp(path.data());
    open();
  }
  ~SignedLog() {
    close();
    fs::remove_all(folder);
  }
  std::string path(const std::string& file) const { return (folder / file).string(); }

  void open() {
    store = store_sqlite::SqliteStore::open(path("hub.db")).value();
    reader = store_sqlite::SqliteReader::open(path("hub.db")).value();
    auto notary = signer::LogNotary::open({path("log.key"), path("log.guard")}, name).value();
    key = notary->key();
    signer = signer::own_log_signer(std::move(notary));
  }
  void close() {
    signer.reset();
    reader.reset();
    store.reset();
  }
  void grow(int entries, const std::string& text = "leaf ") {
    Changeset changes;
    for (int i = 0; i < entries; ++i) {
      AuditRow row;
      row.index = reader->log_size().value().value() + static_cast<std::uint64_t>(i) + 1;
      row.bytes = text + std::to_string(row.index);
      changes.audit.push_back(row);
    }
    REQUIRE(store->commit(changes).ok());
  }
  Result<void> look() {
    return Checkpoints({*reader, *signer, name, clock, [this](LogHead head) { return keep(std::move(head)); },
                        [](const std::string&) {}, [](const std::string&) {}})
        .look();
  }
  Result<void> keep(LogHead head) {
    ++kept;
    if (lose) return Error{Errc::unavailable, "the hub died here"};
    Changeset changes;
    changes.log_head = std::move(head);
    return store->commit(changes);
  }
  audit::Checkpoint newest() {
    return audit::open_checkpoint(reader->log_head().value()->note, key, signing::log_primitives()).value();
  }
  audit::Hash root() { return audit::root_of(*reader, reader->log_size().value(), signing::log_primitives()).value(); }

  std::string name = signer::log_origin("hub-1");
  fs::path folder;
  clock::SystemClock clock;
  std::unique_ptr<store_sqlite::SqliteStore> store;
  std::unique_ptr<store_sqlite::SqliteReader> reader;
  std::unique_ptr<signer::LogSigner> signer;
  audit::NoteKey key;
  int kept = 0;
  bool lose = false;
};

}  // namespace

TEST_CASE("a log is signed when it grew, and only then") {
  SignedLog log;
  CHECK(log.look().ok());
  CHECK_FALSE(log.reader->log_head().value().has_value());
  for (const int entries : {1, 300, 2}) {
    log.grow(entries);
    CHECK(log.look().ok());
    CHECK(log.newest() == audit::Checkpoint{log.name, log.reader->log_size().value(), log.root()});
    CHECK(log.look().ok());
  }
  CHECK(log.kept == 3);
}

TEST_CASE("F12 what was signed and not kept is signed again, or passed by, and never with another root") {
  for (const int later : {0, 5}) {
    SignedLog log;
    log.grow(300);
    REQUIRE(log.look().ok());
    log.grow(10);
    log.lose = true;
    CHECK(log.look().error().code == Errc::unavailable);
    CHECK(log.newest().size == audit::TreeSize(300));
    log.close();
    log.open();
    log.lose = false;
    if (later > 0) log.grow(later);
    CHECK(log.look().ok());
    CHECK(log.newest() == audit::Checkpoint{log.name, audit::TreeSize(310 + static_cast<unsigned>(later)), log.root()});
  }
}

TEST_CASE("A33 a database of yesterday is not signed, nor what grows out of it, and nothing is kept") {
  SignedLog log;
  log.grow(40);
  log.close();
  fs::copy_file(log.path("hub.db"), log.path("yesterday.db"));
  log.open();
  log.grow(10);
  REQUIRE(log.look().ok());
  log.close();
  fs::rename(log.path("yesterday.db"), log.path("hub.db"));
  log.open();
  log.kept = 0;
  const auto older = log.look();
  CHECK(older.error().code == Errc::refused);
  CHECK_THAT(older.error().what, Catch::Contains("smaller") && Catch::Contains("database"));
  log.grow(10, "other ");
  CHECK_THAT(log.look().error().what, Catch::Contains("split"));
  log.grow(10, "other ");
  CHECK_THAT(log.look().error().what, Catch::Contains("inconsistent"));
  CHECK(log.kept == 0);
}

TEST_CASE("a log that was signed is not signed by another key") {
  SignedLog log;
  log.grow(4);
  REQUIRE(log.look().ok());
  log.close();
  fs::remove(log.path("log.key"));
  fs::remove(log.path("log.guard"));
  log.open();
  log.grow(4);
  const auto other = log.look();
  CHECK(other.error().code == Errc::refused);
  CHECK_THAT(other.error().what, Catch::Contains("another key"));
}

TEST_CASE("a log is signed on under the hub's new name") {
  SignedLog log;
  log.grow(4);
  REQUIRE(log.look().ok());
  log.close();
  log.name = signer::log_origin("hub-2");
  log.open();
  log.grow(4);
  CHECK(log.look().ok());
  CHECK(log.newest() == audit::Checkpoint{log.name, audit::TreeSize(8), log.root()});
}

TEST_CASE("a tree that was changed by hand is refused by the guard") {
  SignedLog log;
  log.grow(300);
  REQUIRE(log.look().ok());
  auto raw = sqlite::Connection::open(log.path("hub.db")).value();
  REQUIRE(raw.execute("UPDATE audit SET bytes = CAST('x' AS BLOB) WHERE idx = 280").ok());
  log.grow(1);
  CHECK_THAT(log.look().error().what, Catch::Contains("inconsistent"));
}

}  // namespace depops::hub
