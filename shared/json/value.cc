#include "shared/json/value.h"

#include <limits>

namespace depops::json {
namespace {

const std::string kNoText;
const Value::Array kNoItems;
const Value::Object kNoMembers;
const Value kNull;

template <typename Whole>
Whole clamped(double number) {
  using Limits = std::numeric_limits<Whole>;
  if (!(number > static_cast<double>(Limits::min()))) return Limits::min();  // also NaN
  if (number >= static_cast<double>(Limits::max())) return Limits::max();
  return static_cast<Whole>(number);
}

}  // namespace

bool Value::is_integer() const noexcept {
  return std::holds_alternative<std::int64_t>(value_) || std::holds_alternative<std::uint64_t>(value_);
}

bool Value::as_bool() const noexcept {
  const bool* value = std::get_if<bool>(&value_);
  return value != nullptr && *value;
}

std::int64_t Value::as_int() const noexcept {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  if (const auto* value = std::get_if<std::uint64_t>(&value_))
    return *value > static_cast<std::uint64_t>(kMost) ? kMost : static_cast<std::int64_t>(*value);
  if (const auto* value = std::get_if<double>(&value_)) return clamped<std::int64_t>(*value);
  return 0;
}

std::uint64_t Value::as_uint() const noexcept {
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_))
    return *value < 0 ? 0 : static_cast<std::uint64_t>(*value);
  if (const auto* value = std::get_if<double>(&value_)) return clamped<std::uint64_t>(*value);
  return 0;
}

double Value::as_double() const noexcept {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*value);
  return static_cast<double>(as_int());
}

const std::string& Value::as_string() const noexcept {
  const auto* value = std::get_if<std::string>(&value_);
  return value != nullptr ? *value : kNoText;
}

const Value::Array& Value::items() const noexcept {
  const auto* value = std::get_if<Array>(&value_);
  return value != nullptr ? *value : kNoItems;
}

const Value::Object& Value::members() const noexcept {
  const auto* value = std::get_if<Object>(&value_);
  return value != nullptr ? *value : kNoMembers;
}

const Value* Value::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : members())
    if (key == name) return &value;
  return nullptr;
}

const Value& Value::operator[](std::string_view name) const noexcept {
  const Value* value = find(name);
  return value != nullptr ? *value : kNull;
}

Value& Value::add(std::string name, Value value) {
  if (is_null()) value_ = Object{};
  if (auto* object = std::get_if<Object>(&value_)) object->emplace_back(std::move(name), std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  if (is_null()) value_ = Array{};
  if (auto* array = std::get_if<Array>(&value_)) array->push_back(std::move(value));
  return *this;
}

void Value::shrink_to_fit() {
  if (auto* text = std::get_if<std::string>(&value_)) text->shrink_to_fit();
  if (auto* array = std::get_if<Array>(&value_)) {
    array->shrink_to_fit();
    for (Value& item : *array) item.shrink_to_fit();
  }
  if (auto* object = std::get_if<Object>(&value_)) {
    object->shrink_to_fit();
    for (auto& [name, value] : *object) value.shrink_to_fit();
  }
}

}  // namespace depops::json
