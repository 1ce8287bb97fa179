#pragma once

#include <string>
#include <vector>

#include "hub/store_sqlite/query.h"
#include "hub/store_sqlite/rows.h"

namespace depops::hub::store_sqlite {

// All rows of `table` that `query` matches; `tail` orders and limits them.
template <typename Row>
Result<std::vector<Row>> ask(sqlite::Connection& connection, const Query& query, const std::string& table,
                             const std::string& tail) {
  const std::string sql = "SELECT " + column_list<Row>() + " " + query.tail_of(table, tail);
  DEPOPS_TRY(sqlite::Statement * statement, connection.cached(sql));
  query.bind(*statement);
  std::vector<Row> out;
  DEPOPS_TRY_VOID(for_each<Row>(*statement, [&](Row row) { out.push_back(std::move(row)); }));
  return out;
}

inline std::string limit_of(const Paging& paging) { return " LIMIT " + std::to_string(rows_for(paging)); }

}  // namespace depops::hub::store_sqlite
