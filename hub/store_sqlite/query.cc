#include "hub/store_sqlite/query.h"

#include <algorithm>
#include <charconv>

namespace depops::hub::store_sqlite {
namespace {

constexpr std::uint32_t kLimitMax = 1'000;

}  // namespace

Query& Query::where(const std::string& condition) {
  conditions_ += (conditions_.empty() ? " WHERE " : " AND ") + condition;
  return *this;
}

Query& Query::where(const std::string& condition, Bound value) {
  where(condition);
  return add_value(std::move(value));
}

Query& Query::add_value(Bound value) {
  DEPOPS_CHECK(values_.size() < kValuesMax);
  values_.push_back(std::move(value));
  return *this;
}

Query& Query::where_text(const std::string& condition, const std::string& text) {
  return text.empty() ? *this : where(condition, text);
}

std::string Query::tail_of(const std::string& table, const std::string& tail) const {
  return "FROM " + table + conditions_ + " " + tail;
}

void Query::bind(sqlite::Statement& statement) const {
  statement.reset();
  int index = 0;
  for (const Bound& value : values_) {
    ++index;
    if (const auto* text = std::get_if<std::string>(&value)) statement.bind_at(index, *text);
    if (const auto* number = std::get_if<std::int64_t>(&value)) statement.bind_at(index, *number);
  }
}

std::uint32_t rows_for(const Paging& paging) { return std::clamp(paging.limit, 1U, kLimitMax) + 1; }

Result<std::optional<std::int64_t>> number_cursor(const Paging& paging) {
  if (paging.after.empty()) return std::optional<std::int64_t>();
  std::int64_t number = 0;
  const char* end = paging.after.data() + paging.after.size();
  const auto read = std::from_chars(paging.after.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end)
    return Error{Errc::invalid, "pageToken '" + paging.after + "' was not given by this list; start without one"};
  return std::optional(number);
}

}  // namespace depops::hub::store_sqlite
