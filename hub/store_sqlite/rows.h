#pragma once

#include <string>
#include <vector>

#include "hub/store_sqlite/row_sum.h"
#include "hub/store_sqlite/site_tables.h"
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

inline Error damaged(const sqlite::Connection& connection, const std::string& table, const std::string& key) {
  return Error{Errc::corrupt,
               connection.path() + ": the row " + key + " of the table " + table +
                   " is not what was written: the disk is failing, or somebody changed the file. Restore "
                   "it from a backup; sites go on meanwhile"};
}

template <typename Row>
constexpr int column_count() {
  return static_cast<int>(std::tuple_size_v<decltype(columns(std::declval<Row&>()))>);
}

// History is read page by page and decides nothing; everything else is what the hub decides by.
template <typename Row>
inline constexpr bool kSummed =
    !std::is_same_v<Row, EventRow> && !std::is_same_v<Row, AuditRow> && !std::is_same_v<Row, HealthRow>;

// verb: "INSERT" (a second row with the same key is an error) or "INSERT OR REPLACE".
template <typename Row>
std::string insert_text(const std::string& verb, const std::string& table) {
  std::string marks = kSummed<Row> ? "?,?" : "?";
  for (int i = 1; i < column_count<Row>(); ++i) marks += ",?";
  const std::string sum = kSummed<Row> ? ",row_sum" : "";
  return verb + " INTO " + table + "(" + column_list<Row>() + sum + ") VALUES (" + marks + ")";
}

template <typename Row>
Result<void> write_all(sqlite::Connection& connection, const std::string& sql, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  DEPOPS_TRY(sqlite::Statement * statement, connection.cached(sql));
  for (const Row& row : rows) {
    const auto run = [&](const auto&... c) {
      if constexpr (!kSummed<Row>) return statement->run(to_sql(c)...);
      RowSum sum;
      (sum.add(to_sql(c)), ...);
      return statement->run(to_sql(c)..., sum.value());
    };
    DEPOPS_TRY_VOID(std::apply(run, columns(row)));
  }
  return {};
}

// That every row of the table is what was written. Rows from before there were sums have none.
template <typename Row>
Result<void> verify(sqlite::Connection& connection, const std::string& table) {
  DEPOPS_TRY_VOID(connection.check_table(table));
  DEPOPS_TRY(sqlite::Statement query, connection.prepare("SELECT " + column_list<Row>() + ",row_sum FROM " + table));
  constexpr int kSum = column_count<Row>();
  while (true) {
    DEPOPS_TRY(const bool more, query.step());
    if (!more) return {};
    if (query.is_null(kSum)) continue;
    RowSum sum;
    for (int i = 0; i < kSum; ++i) query.is_null(i) ? sum.add_null() : sum.add(query.text(i));
    if (sum.value() != query.int64(kSum)) return damaged(connection, table, query.string(0));
  }
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
