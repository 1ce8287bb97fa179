#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/sqlite/statement.h"

// A sum over the values of a row, kept beside them: a bit that the disk turned is found when the file is opened, and
// the hub decides nothing by it. FNV-1a over 64 bits: it finds accidents; who can write the file can write the sum.
namespace depops::hub::store_sqlite {

class RowSum {
 public:
  void add(std::string_view value);  // as SQLite gives it as text
  void add(std::int64_t value) { add(std::string_view(std::to_string(value))); }
  void add(sqlite::Blob value) { add(std::string_view(value.bytes)); }
  template <typename T>
  void add(const std::optional<T>& value) {
    value ? add(*value) : add_null();
  }
  void add_null() { mix(kNull); }
  std::int64_t value() const { return static_cast<std::int64_t>(sum_); }

 private:
  static constexpr std::uint64_t kNull = 1, kValue = 2, kPrime = 0x100000001b3ULL;
  void mix(std::uint64_t word) { sum_ = (sum_ ^ word) * kPrime; }

  std::uint64_t sum_ = 0xcbf29ce484222325ULL;
};

}  // namespace depops::hub::store_sqlite
