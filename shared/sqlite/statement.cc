#include "shared/sqlite/statement.h"

#include <sqlite3.h>

#include <limits>

#include "shared/base/check.h"
#include "shared/sqlite/trouble.h"

namespace depops::sqlite {
namespace {

// Whether SQLite copies what is bound.
sqlite3_destructor_type whose(bool borrowed) { return borrowed ? SQLITE_STATIC : SQLITE_TRANSIENT; }

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::reset() noexcept { sqlite3_reset(statement_); }

// No pointer to what was lent stays behind.
void Statement::give_back() noexcept {
  sqlite3_clear_bindings(statement_);
  borrows_ = false;
}

// Binding fails only for a wrong index or without memory: both are bugs or the end.
void Statement::bind_one(int index, std::int64_t value) {
  DEPOPS_CHECK(sqlite3_bind_int64(statement_, index, value) == SQLITE_OK);
}

void Statement::bind_one(int index, std::uint64_t value) {
  DEPOPS_CHECK(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  bind_one(index, static_cast<std::int64_t>(value));
}

void Statement::bind_one(int index, double value) {
  DEPOPS_CHECK(sqlite3_bind_double(statement_, index, value) == SQLITE_OK);
}

void Statement::bind_one(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
  DEPOPS_CHECK(sqlite3_bind_text64(statement_, index, data, text.size(), whose(borrows_), SQLITE_UTF8) == SQLITE_OK);
}

void Statement::bind_one(int index, Blob blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  DEPOPS_CHECK(sqlite3_bind_blob64(statement_, index, data, blob.bytes.size(), whose(borrows_)) == SQLITE_OK);
}

void Statement::bind_one(int index, std::nullptr_t) { DEPOPS_CHECK(sqlite3_bind_null(statement_, index) == SQLITE_OK); }

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_);
    return false;
  }
  const Error error = trouble(sqlite3_db_handle(statement_), path_);
  sqlite3_reset(statement_);
  return error;
}

Result<void> Statement::run() {
  for (;;) {
    DEPOPS_TRY(const bool row, step());
    if (!row) return {};
  }
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Statement::int64(int column) const { return sqlite3_column_int64(statement_, column); }

std::uint64_t Statement::uint64(int column) const {
  const std::int64_t value = int64(column);
  DEPOPS_CHECK(value >= 0);
  return static_cast<std::uint64_t>(value);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::string_view Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::optional<std::int64_t> Statement::optional_int64(int column) const {
  if (is_null(column)) return std::nullopt;
  return int64(column);
}

}  // namespace depops::sqlite
