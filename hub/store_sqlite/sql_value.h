#pragma once

#include <optional>
#include <string>

#include "hub/store_sqlite/value_json.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/sqlite/statement.h"

// One column's value to SQLite and back. Numbers of 64 bits are stored by their bits, so that no number a site can send
// is ever refused; enums that people see are text, the rest integers.
namespace depops::hub::store_sqlite {

template <typename T>
requires(!std::is_enum_v<T>) auto to_sql(const T& value) { return json::write(to_json(value)); }
inline std::string_view to_sql(const std::string& text) { return text; }
inline bool to_sql(bool value) { return value; }
inline std::int64_t to_sql(std::uint32_t value) { return value; }
inline std::int64_t to_sql(std::uint64_t value) { return static_cast<std::int64_t>(value); }
inline std::int64_t to_sql(Instant at) { return at.time_since_epoch().count(); }
inline std::string_view to_sql(rollout::State state) { return rollout::name_of(state); }
inline std::string_view to_sql(rollout::Verb verb) { return rollout::name_of(verb); }
inline std::string_view to_sql(Tier tier) { return name_of(tier); }
template <typename T>
requires std::is_enum_v<T> std::int64_t to_sql(T value) { return static_cast<std::int64_t>(value); }
template <typename Tag>
std::string_view to_sql(const Id<Tag>& id) {
  return id.str();
}
template <typename Tag>
std::int64_t to_sql(Number<Tag> number) {
  return static_cast<std::int64_t>(number.value());
}
template <typename T>
auto to_sql(const std::optional<T>& value) {
  using Sql = decltype(to_sql(*value));
  return value ? std::optional<Sql>(to_sql(*value)) : std::optional<Sql>();
}
template <typename T>
auto to_sql(const Column<T>& column) {
  return to_sql(column.value);
}
template <typename T>
sqlite::Blob to_sql(const ByteColumn<T>& column) {
  return sqlite::Blob{column.value};
}

// False: the column holds something no version of this program writes.
template <typename T>
bool from_sql(const sqlite::Statement& row, int at, T& out) {
  const auto value = json::parse(row.text(at));
  if (value) from_json(value.value(), out);
  return value.ok();
}
inline bool from_sql(const sqlite::Statement& row, int at, std::string& out) { return out = row.string(at), true; }
inline bool from_sql(const sqlite::Statement& row, int at, bool& out) { return out = row.int64(at) != 0, true; }
inline bool from_sql(const sqlite::Statement& row, int at, std::uint32_t& out) {
  return out = static_cast<std::uint32_t>(row.int64(at)), true;
}
inline bool from_sql(const sqlite::Statement& row, int at, std::uint64_t& out) {
  return out = static_cast<std::uint64_t>(row.int64(at)), true;
}
inline bool from_sql(const sqlite::Statement& row, int at, Instant& out) {
  return out = Instant(Millis(row.int64(at))), true;
}
template <typename T>
bool assign(std::optional<T> value, T& out) {
  if (value) out = *value;
  return value.has_value();
}
inline bool from_sql(const sqlite::Statement& row, int at, rollout::State& out) {
  return assign(rollout::state_named(row.string(at)), out);
}
inline bool from_sql(const sqlite::Statement& row, int at, rollout::Verb& out) {
  return assign(rollout::verb_named(row.string(at)), out);
}
inline bool from_sql(const sqlite::Statement& row, int at, Tier& out) {
  return assign(tier_named(row.string(at)), out);
}
template <typename T>
requires std::is_enum_v<T>
bool from_sql(const sqlite::Statement& row, int at, T& out) { return out = static_cast<T>(row.int64(at)), true; }
template <typename Tag>
bool from_sql(const sqlite::Statement& row, int at, Id<Tag>& out) {
  return out = Id<Tag>(row.string(at)), true;
}
template <typename Tag>
bool from_sql(const sqlite::Statement& row, int at, Number<Tag>& out) {
  return out = Number<Tag>(static_cast<std::uint64_t>(row.int64(at))), true;
}
template <typename T>
bool from_sql(const sqlite::Statement& row, int at, std::optional<T>& out) {
  out.reset();
  return row.is_null(at) || from_sql(row, at, out.emplace());
}
template <typename T>
bool from_sql(const sqlite::Statement& row, int at, const Column<T>& column) {
  return from_sql(row, at, column.value);
}
template <typename T>
bool from_sql(const sqlite::Statement& row, int at, const ByteColumn<T>& column) {
  return column.value = std::string(row.blob(at)), true;
}

}  // namespace depops::hub::store_sqlite
