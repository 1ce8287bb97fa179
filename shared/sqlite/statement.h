#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "shared/base/result.h"
#include "shared/base/strong.h"

struct sqlite3_stmt;

namespace depops::sqlite {

// Bytes, where a string_view would be text.
struct Blob {
  std::string_view bytes;
};

// A prepared statement. Parameters count from 1, columns from 0. Views into columns hold until the next step, reset or
// bind. Thread: the one that uses its Connection.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3_stmt* statement, std::string path) : statement_(statement), path_(std::move(path)) {}
  Statement(Statement&& other) noexcept { swap(other); }
  Statement& operator=(Statement&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Statement();

  // Resets, binds all parameters in order. Accepts integers, bool, double, text, Blob, ids, numbers, nullptr,
  // optionals.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    reset();
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }

  // One parameter, for statements whose conditions differ from call to call: reset() first.
  template <typename Value>
  void bind_at(int index, const Value& value) {
    bind_one(index, value);
  }

  // True: a row is there. False: done, and the statement is reset.
  Result<bool> step();
  // For statements without rows: steps to the end.
  Result<void> run();
  template <typename... Values>
  Result<void> run(const Values&... values) {  // copies none of them
    borrows_ = true;
    Result<void> done = bind(values...).run();
    give_back();
    return done;
  }
  void reset() noexcept;  // also gives up the read snapshot: do it when a query is left early

  bool is_null(int column) const;
  std::int64_t int64(int column) const;
  std::uint64_t uint64(int column) const;  // CHECKs that it is not negative
  double real(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  std::optional<std::int64_t> optional_int64(int column) const;
  std::string string(int column) const { return std::string(text(column)); }

 private:
  void swap(Statement& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(path_, other.path_);
    std::swap(borrows_, other.borrows_);
  }
  void give_back() noexcept;
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, std::uint64_t value);  // CHECKs that it fits 63 bits
  void bind_one(int index, int value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, std::uint32_t value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, bool value) { bind_one(index, static_cast<std::int64_t>(value)); }
  void bind_one(int index, double value);
  void bind_one(int index, std::string_view text);
  void bind_one(int index, const std::string& text) { bind_one(index, std::string_view(text)); }
  void bind_one(int index, const char* text) { bind_one(index, std::string_view(text)); }
  void bind_one(int index, Blob blob);
  void bind_one(int index, std::nullptr_t);
  template <typename Tag>
  void bind_one(int index, const Id<Tag>& id) {
    bind_one(index, std::string_view(id.str()));
  }
  template <typename Tag>
  void bind_one(int index, Number<Tag> number) {
    bind_one(index, number.value());
  }
  template <typename T>
  void bind_one(int index, const std::optional<T>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      bind_one(index, nullptr);
    }
  }

  sqlite3_stmt* statement_ = nullptr;
  std::string path_;
  bool borrows_ = false;  // what is bound now outlives the steps it is bound for
};

}  // namespace depops::sqlite
