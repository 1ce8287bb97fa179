#pragma once

#include <concepts>
#include <tuple>
#include <type_traits>

// A row type says once which columns it has; binding, reading and the JSON of nested values follow from that.
namespace depops::hub::store_sqlite {

template <typename T>
struct Column {
  const char* name;
  T& value;
};

// A string that holds bytes and not text.
template <typename T>
struct ByteColumn {
  const char* name;
  T& value;
};

template <typename T>
Column<T> col(const char* name, T& value) {
  return {name, value};
}

template <typename T>
ByteColumn<T> bytes(const char* name, T& value) {
  return {name, value};
}

// R is Row or const Row: one function serves writing and reading.
template <typename R, typename Row>
concept Is = std::same_as<std::remove_const_t<R>, Row>;

}  // namespace depops::hub::store_sqlite
