#include "shared/sqlite/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "shared/base/check.h"
#include "shared/sqlite/trouble.h"

namespace depops::sqlite {
namespace {

// Made by us with a narrow mode first: SQLite would use the umask, and gives its side files the mode of the main one.
Result<void> create_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    const Errc code = errno == ENOSPC ? Errc::exhausted : errno == ENOENT ? Errc::not_found : Errc::refused;
    return Error{code, path + ": " + std::strerror(errno) + "; check that the directory exists and may be written"};
  }
  ::close(fd);
  return {};
}

std::string pragmas(const OpenOptions& options) {
  std::string sql = "PRAGMA cache_size = -" + std::to_string(options.cache_kib) + "; PRAGMA foreign_keys = ON;";
  if (options.exclusive) sql += "PRAGMA locking_mode = EXCLUSIVE;";
  if (!options.read_only) {
    sql += "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;";
  }
  return sql;
}

}  // namespace

struct Connection::Cache {
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements;
};

Connection::Connection(sqlite3* handle, std::string path)
    : handle_(handle), path_(std::move(path)), cache_(std::make_unique<Cache>()) {}

Connection::Connection(Connection&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), path_(std::move(other.path_)), cache_(std::move(other.cache_)) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this == &other) return *this;
  close();
  handle_ = std::exchange(other.handle_, nullptr);
  path_ = std::move(other.path_);
  cache_ = std::move(other.cache_);
  return *this;
}

Connection::~Connection() { close(); }

void Connection::close() noexcept {
  cache_.reset();  // its statements first
  sqlite3_close_v2(handle_);
  handle_ = nullptr;
}

Result<Connection> Connection::open(const std::string& path, const OpenOptions& options) {
  if (!options.read_only) DEPOPS_TRY_VOID(create_file(path));
  sqlite3* handle = nullptr;
  const int mode = options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, mode | SQLITE_OPEN_NOMUTEX, nullptr);
  DEPOPS_CHECK(handle != nullptr);
  Connection connection(handle, path);
  if (code != SQLITE_OK) return trouble(handle, path).in("open database");
  if (!options.lookaside) sqlite3_db_config(handle, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 0, 0);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(options.busy_timeout.count()));
  auto ready = connection.execute(pragmas(options));
  // The lock of an exclusive connection is taken by its first write.
  if (ready && options.exclusive) ready = connection.execute("BEGIN IMMEDIATE; COMMIT;");
  if (!ready) return ready.error().in("open database");
  return connection;
}

Result<void> Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return trouble(handle_, path_);
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    return trouble(handle_, path_);
  }
  return Statement(statement, path_);
}

Result<Statement*> Connection::cached(std::string_view sql) {
  auto& slot = cache_->statements[std::string(sql)];
  if (!slot) {
    DEPOPS_TRY(Statement statement, prepare(sql));
    slot = std::make_unique<Statement>(std::move(statement));
  }
  slot->reset();
  return slot.get();
}

std::int64_t Connection::changes() const { return sqlite3_changes64(handle_); }

std::int64_t Connection::last_insert_rowid() const { return sqlite3_last_insert_rowid(handle_); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Result<void> Connection::quick_check() { return check("PRAGMA quick_check(3)"); }

Result<void> Connection::check_table(const std::string& table) {
  return check("PRAGMA integrity_check('" + table + "')");
}

Result<void> Connection::check(const std::string& pragma) {
  DEPOPS_TRY(Statement query, prepare(pragma));
  std::string found;
  for (;;) {
    DEPOPS_TRY(const bool row, query.step());
    if (!row) break;
    if (query.text(0) != "ok") found += (found.empty() ? "" : " | ") + query.string(0);
  }
  if (found.empty()) return {};
  return Error{Errc::corrupt, path_ + ": damaged: " + found + "; restore the file from a backup"};
}

Result<void> Connection::checkpoint() { return execute("PRAGMA wal_checkpoint(TRUNCATE)"); }

Result<void> Connection::run(std::string_view sql) {
  DEPOPS_TRY(Statement * statement, cached(sql));
  return statement->run();
}

Result<Transaction> Transaction::begin(Connection& connection) {
  DEPOPS_TRY_VOID(connection.run("BEGIN IMMEDIATE"));
  return Transaction(connection);
}

Result<Transaction> Transaction::begin_read(Connection& connection) {
  DEPOPS_TRY_VOID(connection.run("BEGIN"));
  return Transaction(connection);
}

Result<void> Transaction::commit() {
  DEPOPS_CHECK(connection_ != nullptr);
  const auto done = connection_->run("COMMIT");
  if (!done) {
    const Error& error = done.error();
    rollback();
    return error;
  }
  connection_ = nullptr;
  return {};
}

void Transaction::rollback() noexcept {
  // Some errors have rolled back already; then there is nothing left to undo.
  if (connection_ != nullptr && connection_->in_transaction()) (void)connection_->run("ROLLBACK").ok();
  connection_ = nullptr;
}

}  // namespace depops::sqlite
