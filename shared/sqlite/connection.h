#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "shared/base/moment.h"
#include "shared/base/result.h"
#include "shared/sqlite/statement.h"

struct sqlite3;

// A thin layer over SQLite that cannot leak and speaks Result. Errors name the file, what SQLite says and a remedy:
// full disk = exhausted, damaged file = corrupt, locked by somebody else = conflict, a key that is
// there already = exists.
namespace depops::sqlite {

struct OpenOptions {
  bool read_only = false;      // such a connection never creates a file
  bool exclusive = false;      // the file belongs to this connection alone; a second one gets `conflict`
  Millis busy_timeout{5'000};  // how long to wait for another writer
  std::uint32_t cache_kib = 2'048;
  bool lookaside = true;  // 48 KiB for small pieces: a little faster, and all of it is touched at once
};

// One connection, used by one thread at a time. Opened with WAL, synchronous=FULL (a commit that returned survives a
// power cut), foreign keys on. A new file has mode 0600.
class Connection {
 public:
  static Result<Connection> open(const std::string& path, const OpenOptions& options = {});
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // One or more statements without parameters and without results.
  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  // Prepared once and kept until the connection closes. Do not nest two uses of the same text.
  Result<Statement*> cached(std::string_view sql);

  // One statement without parameters and without results that is needed again and again.
  Result<void> run(std::string_view sql);

  std::int64_t changes() const;  // rows changed by the last statement
  std::int64_t last_insert_rowid() const;
  bool in_transaction() const;
  const std::string& path() const noexcept { return path_; }

  // Reads the whole file and says what is damaged. About 1 s per GB.
  Result<void> quick_check();
  // That the indexes of one table say what its rows do. Several times as long per byte.
  Result<void> check_table(const std::string& table);
  // Moves the write-ahead log into the file and truncates it.
  Result<void> checkpoint();

 private:
  struct Cache;
  Connection(sqlite3* handle, std::string path);
  void close() noexcept;
  Result<void> check(const std::string& pragma);

  sqlite3* handle_ = nullptr;
  std::string path_;
  std::unique_ptr<Cache> cache_;
};

// Rolls back when it goes without commit(). Writers take the write lock at once (BEGIN IMMEDIATE).
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  // A stable snapshot for several reads.
  static Result<Transaction> begin_read(Connection& connection);
  Transaction(Transaction&& other) noexcept : connection_(other.connection_) { other.connection_ = nullptr; }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() { rollback(); }

  // After an error nothing of the transaction was kept.
  Result<void> commit();
  void rollback() noexcept;

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace depops::sqlite
