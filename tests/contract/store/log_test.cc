#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "hub/store_sqlite/sqlite_reader.h"
#include "hub/store_sqlite/sqlite_store.h"
#include "shared/signing/log_primitives.h"
#include "shared/signing/signing.h"
#include "shared/sqlite/connection.h"
#include "shared/sqlite/migrations.h"

// The audit log as a tree in the hub's file: how it grows, and that whatever is done to it by hand is named.
namespace depops::tests {
namespace {

namespace fs = std::filesystem;
using hub::store_sqlite::SqliteReader;
using hub::store_sqlite::SqliteStore;

constexpr std::uint64_t kAll = 1'000'000;

const audit::Primitives& with() { return signing::log_primitives(); }

hub::AuditRow entry(std::uint64_t index) {
  hub::AuditRow row;
  row.index = index;
  row.leaf.action = "site.created";
  row.bytes = "leaf " + std::to_string(index);
  row.hash = signing::digest_of(std::string(1, '\0') + row.bytes).str();
  return row;
}

struct LogInFile {
  LogInFile() {
    std::string name = (fs::temp_directory_path() / "depops-log-XXXXXX").string();
    directory = ::mkdtemp(name.data());
    open();
  }
  ~LogInFile() {
    reader.reset();
    store.reset();
    fs::remove_all(directory);
  }
  std::string path() const { return (directory / "hub.db").string(); }
  void open() {
    reader.reset();
    store.reset();
    store = SqliteStore::open(path()).value();
    reader = SqliteReader::open(path()).value();
  }
  void grow(std::uint64_t to, std::uint64_t at_once) {
    while (size < to) {
      hub::Changeset changes;
      for (std::uint64_t i = 0; i < at_once && size < to; ++i) changes.audit.push_back(entry(++size));
      changes.counters = hub::Counters{};
      changes.counters->audit = size;
      REQUIRE(store->commit(changes).ok());
      for (const hub::AuditRow& row : changes.audit) range.append(audit::leaf_hash(row.bytes, with()), with());
    }
  }
  audit::Hash root() { return audit::root_of(*reader, reader->log_size().value(), with()).value(); }
  void sign() {
    hub::Changeset changes;
    changes.log_head = hub::LogHead{reader->log_size().value(), root(), "note", {}};
    REQUIRE(store->commit(changes).ok());
  }
  // By hand, and what is said of it then.
  std::string after(const std::string& sql, std::uint64_t most = kAll) {
    auto raw = sqlite::Connection::open(path()).value();
    REQUIRE(raw.execute(sql).ok());
    const auto checked = reader->check_log(most);
    return checked.ok() ? "" : checked.error().what;
  }

  fs::path directory;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<SqliteReader> reader;
  audit::CompactRange range;
  std::uint64_t size = 0;
};

bool names(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("SQLite: the root of the log is that of its leaves, whatever was committed at once and opened again") {
  LogInFile log;
  for (const std::uint64_t at_once : {1, 7, 256, 300}) {
    log.grow(log.size + 300, at_once);
    CHECK(log.root() == log.range.root(with()));
    log.open();
    CHECK(log.root() == log.range.root(with()));
    CHECK(log.reader->check_log(kAll).ok());
  }
  const auto proof = audit::prove_inclusion(*log.reader, audit::LeafIndex(300), audit::TreeSize(1'200), with()).value();
  CHECK(audit::verify_inclusion(audit::leaf_hash("leaf 301", with()), audit::LeafIndex(300), audit::TreeSize(1'200),
                                proof, log.root(), with())
            .ok());
  CHECK(log.reader->leaves(audit::LeafIndex(300), 2).value() == std::vector<std::string>{"leaf 301", "leaf 302"});
  CHECK(log.reader->leaves(audit::LeafIndex(1'199), 2).error().code == Errc::not_found);
}

TEST_CASE("SQLite: a tree of two levels goes on after it was opened again") {
  LogInFile log;
  log.grow(256 * 256 + 10, 4'096);
  log.open();
  log.grow(log.size + 600, 50);
  CHECK(log.root() == log.range.root(with()));
  CHECK(log.reader->check_log(kAll).ok());
}

TEST_CASE("SQLite: a commit that is refused leaves the tree as it was") {
  LogInFile log;
  log.grow(255, 255);
  hub::Changeset late;
  late.hub_epoch = HubEpoch(9);
  late.audit = {entry(256)};
  CHECK(log.store->commit(late).error().code == Errc::conflict);
  late.hub_epoch = HubEpoch(1);
  late.audit = {entry(256), entry(258)};
  CHECK(log.store->commit(late).error().code == Errc::corrupt);
  log.grow(600, 10);
  CHECK(log.root() == log.range.root(with()));
  CHECK(log.reader->check_log(kAll).ok());
}

TEST_CASE("SQLite: another hub on the file, after it took over, goes on with the tree that the first one left") {
  LogInFile log;
  log.grow(250, 250);
  auto other = SqliteStore::open(log.path()).value();
  log.grow(260, 1);
  REQUIRE(other->raise_epoch().ok());
  hub::Changeset later;
  later.hub_epoch = HubEpoch(2);
  later.audit = {entry(261)};
  REQUIRE(other->commit(later).ok());
  log.range.append(audit::leaf_hash("leaf 261", with()), with());
  CHECK(log.root() == log.range.root(with()));
}

TEST_CASE("SQLite: the log of a file from before there was a tree is taken in, and goes on") {
  LogInFile log;
  log.reader.reset();
  log.store.reset();
  fs::remove_all(log.directory);
  fs::create_directory(log.directory);
  constexpr int kOld = 9'000;
  {
    auto raw = sqlite::Connection::open(log.path()).value();
    REQUIRE(sqlite::migrate(raw, hub::store_sqlite::migrations().first(13)).ok());
    auto transaction = sqlite::Transaction::begin(raw).value();
    for (int i = 1; i <= kOld; ++i) {
      const hub::AuditRow row = entry(static_cast<std::uint64_t>(i));
      REQUIRE(raw.execute("INSERT INTO audit VALUES (" + std::to_string(i) + ",0,'',0,0,'','','','','','','',CAST('" +
                          row.bytes + "' AS BLOB),'" + row.hash + "')")
                  .ok());
      log.range.append(audit::leaf_hash(row.bytes, with()), with());
    }
    REQUIRE(raw.execute("UPDATE counters SET audit = " + std::to_string(kOld)).ok());
    REQUIRE(transaction.commit().ok());
  }
  log.open();
  log.size = kOld;
  CHECK(log.root() == log.range.root(with()));
  log.grow(kOld + 700, 100);
  CHECK(log.root() == log.range.root(with()));
  CHECK(log.reader->check_log(kAll).ok());
}

TEST_CASE("A32 what somebody does to the log by hand is named with the entry") {
  LogInFile log;
  log.grow(700, 100);
  log.sign();
  REQUIRE(log.after("SELECT 1").empty());
  SECTION("an entry is edited") {
    const std::string what = log.after("UPDATE audit SET bytes = CAST('leaf 7.' AS BLOB) WHERE idx = 7");
    CHECK(names(what, "entry 7 is not what was written"));
    CHECK(names(what, "backup"));
  }
  SECTION("and its hash with it") {
    const std::string hash = signing::digest_of(std::string("\0x", 2)).str();
    CHECK(names(log.after("UPDATE audit SET bytes = CAST('x' AS BLOB), hash = '" + hash + "' WHERE idx = 301"),
                "entry 301 is not the one that was written there"));
  }
  SECTION("the same where no tile is whole yet") {
    const std::string hash = signing::digest_of(std::string("\0x", 2)).str();
    CHECK(names(log.after("UPDATE audit SET bytes = CAST('x' AS BLOB), hash = '" + hash + "' WHERE idx = 650"),
                "the first 700 entries are not those that were signed"));
  }
  SECTION("an entry is deleted") {
    CHECK(names(log.after("DELETE FROM audit WHERE idx = 33"), "entry 33 is not there"));
  }
  SECTION("two are swapped") {
    CHECK(names(log.after("UPDATE audit SET idx = -1 WHERE idx = 20; UPDATE audit SET idx = 20 WHERE idx = 21; "
                          "UPDATE audit SET idx = 21 WHERE idx = -1"),
                "entry 20 is not the one that was written there"));
  }
}

TEST_CASE("A32 an end of the log that was cut off, or a tree that was changed, is named") {
  LogInFile log;
  log.grow(700, 100);
  log.sign();
  SECTION("the end is cut off") {
    CHECK(names(log.after("DELETE FROM audit WHERE idx > 690"), "entry 691 and all after it are gone"));
  }
  SECTION("the end is cut off after what was signed") {
    log.grow(705, 1);
    CHECK(names(log.after("DELETE FROM audit WHERE idx > 702"), "it ends at entry 702 and 705 were written"));
  }
  SECTION("a tile is gone") {
    CHECK(names(log.after("DELETE FROM audit_tiles WHERE idx = 1"), "the tile over entry 257 and 255 more"));
  }
  SECTION("what was signed is replaced") {
    CHECK(names(log.after("UPDATE audit_heads SET root = zeroblob(32)"), "are not those that were signed"));
  }
  SECTION("far from the end, where a start does not look") {
    const std::string edit = "UPDATE audit SET bytes = CAST('leaf 7.' AS BLOB) WHERE idx = 7";
    CHECK(log.after(edit, 100).empty());
    CHECK(names(log.after(edit), "entry 7 "));
  }
}

}  // namespace depops::tests
