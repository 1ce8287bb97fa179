#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace depops::json {

// One JSON value. Members keep their order. Accessors answer with something empty when the kind is another.
class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::vector<std::pair<std::string, Value>>;

  Value() = default;
  Value(bool value) : value_(value) {}
  Value(std::int64_t value) : value_(value) {}
  Value(std::uint64_t value) : value_(value) {}
  Value(int value) : value_(std::int64_t{value}) {}
  Value(std::uint32_t value) : value_(std::uint64_t{value}) {}
  Value(double value) : value_(value) {}
  Value(std::string value) : value_(std::move(value)) {}
  Value(std::string_view value) : value_(std::string(value)) {}
  Value(const char* value) : value_(std::string(value)) {}
  Value(Array value) : value_(std::move(value)) {}
  Value(Object value) : value_(std::move(value)) {}

  static Value array() { return Value(Array{}); }
  static Value object() { return Value(Object{}); }

  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const noexcept { return std::holds_alternative<bool>(value_); }
  bool is_string() const noexcept { return std::holds_alternative<std::string>(value_); }
  bool is_array() const noexcept { return std::holds_alternative<Array>(value_); }
  bool is_object() const noexcept { return std::holds_alternative<Object>(value_); }
  bool is_integer() const noexcept;
  bool is_number() const noexcept { return is_integer() || std::holds_alternative<double>(value_); }

  bool as_bool() const noexcept;                  // false
  std::int64_t as_int() const noexcept;           // 0; clamped
  std::uint64_t as_uint() const noexcept;         // 0; clamped
  double as_double() const noexcept;              // 0
  const std::string& as_string() const noexcept;  // ""
  const Array& items() const noexcept;
  const Object& members() const noexcept;

  const Value* find(std::string_view name) const noexcept;
  // Member by name; a null value when there is none.
  const Value& operator[](std::string_view name) const noexcept;

  // Makes an object or array of a null value. The caller does not add a name twice.
  Value& add(std::string name, Value value);
  Value& push(Value value);
  // Gives back what its parts hold beyond their contents: for what is kept long.
  void shrink_to_fit();

  bool operator==(const Value&) const = default;

  const auto& raw() const noexcept { return value_; }

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object> value_;
};

}  // namespace depops::json
