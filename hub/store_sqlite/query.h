#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hub/ports/reader.h"
#include "shared/sqlite/statement.h"

namespace depops::hub::store_sqlite {

// A question built from filters of which only those that are set become conditions, so that the index for them is used.
// At most eight values.
class Query {
 public:
  using Bound = std::variant<std::monostate, std::int64_t, std::string>;
  static constexpr std::size_t kValuesMax = 8;

  Query& where(const std::string& condition);
  Query& where(const std::string& condition, Bound value);
  Query& where_text(const std::string& condition, const std::string& text);  // no condition when empty

  // For a condition with more than one value.
  Query& add_value(Bound value);

  // "FROM table WHERE ... tail"
  std::string tail_of(const std::string& table, const std::string& tail) const;
  void bind(sqlite::Statement& statement) const;

 private:
  std::string conditions_;
  std::vector<Bound> values_;
};

// A row more than asked for says that there is a next page.
std::uint32_t rows_for(const Paging& paging);

// Cuts `rows` to the page and sets the cursor from the last row that stays.
template <typename T, typename CursorOf>
Page<T> page_of(std::vector<T> rows, const Paging& paging, const CursorOf& cursor_of) {
  Page<T> out;
  const bool more = rows.size() >= rows_for(paging);
  if (more) rows.resize(rows_for(paging) - 1);
  if (more) out.next = cursor_of(rows.back());
  out.items = std::move(rows);
  return out;
}

// The cursor of lists that go down by one number. Error `invalid` for a cursor nobody was given.
Result<std::optional<std::int64_t>> number_cursor(const Paging& paging);

}  // namespace depops::hub::store_sqlite
