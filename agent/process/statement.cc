#include "agent/process/statement.h"

#include <sqlite3.h>

namespace depops::agent::process {

Statement::Statement(sqlite3* db, const char* sql) : db_(db) {
  ::sqlite3_prepare_v2(db_, sql, -1, &statement_, nullptr);  // a failure shows as SQLITE_MISUSE in run() and next()
}

Statement::~Statement() { ::sqlite3_finalize(statement_); }

Statement& Statement::bind(const std::string& text) {
  ::sqlite3_bind_text(statement_, ++parameter_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  ::sqlite3_bind_int64(statement_, ++parameter_, number);
  return *this;
}

Error Statement::failure() const {
  const int code = ::sqlite3_errcode(db_);
  const bool full = code == SQLITE_FULL || ::sqlite3_system_errno(db_) == ENOSPC;
  return {full ? Errc::exhausted : Errc::internal, std::string("instance table: ") + ::sqlite3_errmsg(db_)};
}

Result<void> Statement::run() {
  const int code = statement_ == nullptr ? SQLITE_MISUSE : ::sqlite3_step(statement_);
  if (code != SQLITE_DONE && code != SQLITE_ROW) return failure();
  return {};
}

Result<bool> Statement::next() {
  const int code = statement_ == nullptr ? SQLITE_MISUSE : ::sqlite3_step(statement_);
  column_ = 0;
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure();
}

std::string Statement::text() {
  const auto* bytes = reinterpret_cast<const char*>(::sqlite3_column_text(statement_, column_));
  const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column_++));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::int64_t Statement::number() { return ::sqlite3_column_int64(statement_, column_++); }

}  // namespace depops::agent::process
