#pragma once

#include <string>
#include <vector>

#include "hub/store_sqlite/sql_value.h"
#include "hub/store_sqlite/tables.h"
#include "hub/store_sqlite/trust_tables.h"
#include "shared/sqlite/connection.h"

// Reading and writing whole rows of any table by the columns its row type names.
namespace depops::hub::store_sqlite {

// "a","b","c" with each name quoted and `prefix` before it.
template <typename Row>
std::string column_list(const std::string& prefix = "") {
  std::string out;
  Row row;
  const auto add = [&](const char* name) { out += (out.empty() ? "" : ",") + prefix + '"' + name + '"'; };
  std::apply([&](const auto&... c) { (add(c.name), ...); }, columns(row));
  return out;
}

template <typename Row>
constexpr int column_count() {
  return static_cast<int>(std::tuple_size_v<decltype(columns(std::declval<Row&>()))>);
}

// verb: "INSERT" (a second row with the same key is an error) or "INSERT OR REPLACE".
template <typename Row>
std::string insert_text(const std::string& verb, const std::string& table) {
  std::string marks = "?";
  for (int i = 1; i < column_count<Row>(); ++i) marks += ",?";
  return verb + " INTO " + table + "(" + column_list<Row>() + ") VALUES (" + marks + ")";
}

template <typename Row>
Result<void> write_all(sqlite::Connection& connection, const std::string& sql, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  DEPOPS_TRY(sqlite::Statement * statement, connection.cached(sql));
  for (const Row& row : rows) {
    const auto run = [&](const auto&... c) { return statement->run(to_sql(c)...); };
    DEPOPS_TRY_VOID(std::apply(run, columns(row)));
  }
  return {};
}

template <typename Row>
Result<Row> read_row(const sqlite::Statement& statement) {
  Row row;
  int at = 0;
  bool good = true;
  const auto read = [&](const auto&... c) { ((good = from_sql(statement, at++, c) && good), ...); };
  std::apply(read, columns(row));
  if (!good)
    return Error{Errc::corrupt,
                 "a row of the hub's database holds a value this program does not know; was it written by "
                 "a newer one? Restore it or use that program"};
  return row;
}

// Steps a bound statement to its end and calls `use` with every row.
template <typename Row, typename Use>
Result<void> for_each(sqlite::Statement& statement, const Use& use) {
  while (true) {
    DEPOPS_TRY(const bool more, statement.step());
    if (!more) return {};
    auto row = read_row<Row>(statement);
    if (!row) {
      statement.reset();
      return row.error();
    }
    use(std::move(row).value());
  }
}

template <typename Row, typename... Values>
Result<std::vector<Row>> read_all(sqlite::Connection& connection, const std::string& tail, const Values&... values) {
  DEPOPS_TRY(sqlite::Statement * statement, connection.cached("SELECT " + column_list<Row>() + " " + tail));
  statement->bind(values...);
  std::vector<Row> out;
  DEPOPS_TRY_VOID(for_each<Row>(*statement, [&](Row row) { out.push_back(std::move(row)); }));
  return out;
}

}  // namespace depops::hub::store_sqlite
