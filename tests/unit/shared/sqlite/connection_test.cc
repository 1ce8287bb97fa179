#include "shared/sqlite/connection.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "shared/base/names.h"
#include "shared/sqlite/migrations.h"

namespace depops::sqlite {
namespace {

struct Directory {
  std::string path;
  Directory() {
    char name[] = "/tmp/depops-sqlite-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::string file() const { return path + "/t.db"; }
};

Connection opened(const std::string& path, OpenOptions options = {}) {
  auto connection = Connection::open(path, options);
  INFO((connection.ok() ? "" : connection.error().what));
  REQUIRE(connection.ok());
  return std::move(connection).value();
}

std::int64_t count_of(Connection& db, const char* sql) {
  Statement query = db.prepare(sql).value();
  REQUIRE(query.step().value());
  return query.int64(0);
}

}  // namespace

TEST_CASE("a new file is for its owner, in WAL mode, and durable") {
  const Directory directory;
  Connection db = opened(directory.file());
  struct stat facts {};
  REQUIRE(::stat(directory.file().c_str(), &facts) == 0);
  REQUIRE((facts.st_mode & 0777) == 0600);
  Statement query = db.prepare("PRAGMA journal_mode").value();
  REQUIRE(query.step().value());
  REQUIRE(query.text(0) == "wal");
  REQUIRE(count_of(db, "PRAGMA synchronous") == 2);
  REQUIRE(count_of(db, "PRAGMA foreign_keys") == 1);
}

TEST_CASE("values come back as they went in") {
  const Directory directory;
  Connection db = opened(directory.file());
  REQUIRE(db.execute("CREATE TABLE t (a, b, c, d, e, f)").ok());
  const std::string bytes("\0\xff", 2);
  REQUIRE(db.cached("INSERT INTO t VALUES (?,?,?,?,?,?)")
              .value()
              ->run(std::uint64_t{1} << 62, 0.5, SiteName("fra-1"), Blob{bytes}, std::optional<std::int64_t>(),
                    std::string_view())
              .ok());
  Statement query = db.prepare("SELECT * FROM t").value();
  REQUIRE(query.step().value());
  REQUIRE(query.uint64(0) == std::uint64_t{1} << 62);
  REQUIRE(query.real(1) == 0.5);
  REQUIRE(query.text(2) == "fra-1");
  REQUIRE(query.blob(3) == bytes);
  REQUIRE(query.is_null(4));
  REQUIRE_FALSE(query.is_null(5));
  REQUIRE(query.text(5).empty());
  REQUIRE_FALSE(query.step().value());
}

TEST_CASE("what is bound is kept until it is stepped, what is run with is lent for that time only") {
  const Directory directory;
  Connection db = opened(directory.file());
  REQUIRE(db.execute("CREATE TABLE t (a, b)").ok());
  Statement insert = db.prepare("INSERT INTO t VALUES (?,?)").value();
  std::string word(5'000, 'a');
  insert.bind(word, Blob{word});
  word.assign(5'000, 'x');
  REQUIRE(insert.run().ok());
  word.assign(5'000, 'b');
  REQUIRE(insert.run(word, Blob{word}).ok());
  word.assign(5'000, 'x');
  REQUIRE(insert.run().ok());  // nothing is bound any more
  Statement query = db.prepare("SELECT a, b FROM t ORDER BY rowid").value();
  for (const char letter : {'a', 'b'}) {
    REQUIRE(query.step().value());
    CHECK(query.text(0) == std::string(5'000, letter));
    CHECK(query.blob(1) == std::string(5'000, letter));
  }
  REQUIRE(query.step().value());
  CHECK(query.is_null(0));
  CHECK(query.is_null(1));
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  const Directory directory;
  Connection db = opened(directory.file());
  REQUIRE(db.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)").ok());
  {
    Transaction transaction = Transaction::begin(db).value();
    REQUIRE(db.execute("INSERT INTO t VALUES (1)").ok());
  }
  REQUIRE(count_of(db, "SELECT count(*) FROM t") == 0);
  Transaction transaction = Transaction::begin(db).value();
  REQUIRE(db.execute("INSERT INTO t VALUES (1)").ok());
  REQUIRE(transaction.commit().ok());
  REQUIRE(db.execute("INSERT INTO t VALUES (1)").error().code == Errc::exists);
}

TEST_CASE("after a commit that failed nothing is left, and the next transaction is as good as any") {
  const Directory directory;
  Connection db = opened(directory.file());
  REQUIRE(db.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (of INTEGER REFERENCES parent "
                     "DEFERRABLE INITIALLY DEFERRED)")
              .ok());
  for (int i = 0; i < 3; ++i) {
    Transaction transaction = Transaction::begin(db).value();
    REQUIRE(db.execute("INSERT INTO child VALUES (7)").ok());
    REQUIRE_FALSE(transaction.commit().ok());
    REQUIRE_FALSE(db.in_transaction());
  }
  Transaction transaction = Transaction::begin(db).value();
  REQUIRE(db.execute("INSERT INTO parent VALUES (7); INSERT INTO child VALUES (7)").ok());
  REQUIRE(transaction.commit().ok());
  REQUIRE(count_of(db, "SELECT count(*) FROM child") == 1);
}

TEST_CASE("an exclusive file is refused to a second connection, a read-only one creates nothing") {
  const Directory directory;
  OpenOptions exclusive;
  exclusive.exclusive = true;
  exclusive.busy_timeout = Millis(0);
  Connection db = opened(directory.file(), exclusive);
  const auto second = Connection::open(directory.file(), exclusive);
  REQUIRE(second.error().code == Errc::conflict);
  REQUIRE(second.error().what.find(directory.file()) != std::string::npos);
  OpenOptions read_only;
  read_only.read_only = true;
  REQUIRE(Connection::open(directory.path + "/none.db", read_only).error().code == Errc::not_found);
  REQUIRE_FALSE(std::filesystem::exists(directory.path + "/none.db"));
}

TEST_CASE("a damaged file is said to be damaged") {
  const Directory directory;
  std::ofstream(directory.file()) << std::string(5'000, 'x');
  REQUIRE(Connection::open(directory.file()).error().code == Errc::corrupt);

  const std::string path = directory.path + "/page.db";
  {
    Connection db = opened(path);
    REQUIRE(db.execute("CREATE TABLE t (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<5000) "
                       "INSERT INTO t SELECT hex(i) FROM n")
                .ok());
    REQUIRE(db.quick_check().ok());
  }
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4'096 * 3);
  file << std::string(2'048, '\xee');
  file.close();
  Connection db = opened(path);
  REQUIRE(db.quick_check().error().code == Errc::corrupt);
}

TEST_CASE("migrations go forward from every old schema, once, and never back") {
  const std::vector<Migration> all = {{1, "CREATE TABLE a (x);"},
                                      {2, "ALTER TABLE a ADD COLUMN y; CREATE TABLE b (z);"},
                                      {3, "INSERT INTO b VALUES (7);"}};
  for (std::size_t old = 0; old <= all.size(); ++old) {
    const Directory directory;
    Connection db = opened(directory.file());
    REQUIRE(migrate(db, std::span(all).first(old)).ok());
    REQUIRE(schema_version(db).value() == static_cast<int>(old));
    REQUIRE(migrate(db, all).ok());
    REQUIRE(migrate(db, all).ok());
    REQUIRE(count_of(db, "SELECT count(*) FROM b WHERE z = 7") == 1);
    REQUIRE(migrate(db, std::span(all).first(2)).error().code == Errc::unsupported);
  }
}

TEST_CASE("a migration that fails leaves the schema before it") {
  const std::vector<Migration> all = {{1, "CREATE TABLE a (x);"}, {2, "CREATE TABLE b (z); CREATE TABLE a (x);"}};
  const Directory directory;
  Connection db = opened(directory.file());
  const auto error = migrate(db, all).error();
  REQUIRE(error.what.find("migration 2") != std::string::npos);
  REQUIRE(schema_version(db).value() == 1);
  REQUIRE(count_of(db, "SELECT count(*) FROM sqlite_master WHERE name = 'b'") == 0);
}

}  // namespace depops::sqlite
