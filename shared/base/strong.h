#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

// Strong ids: a site name can not be passed where a service name belongs. The text is kept as it is; whoever takes a
// name from outside checks it once with is_name() (shared/base/names.h).
namespace depops {

template <typename Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  explicit Id(const char* text) : text_(text) {}

  const std::string& str() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  std::string text_;
};

template <typename Tag>
class Number {
 public:
  constexpr Number() = default;
  constexpr explicit Number(std::uint64_t value) : value_(value) {}

  constexpr std::uint64_t value() const noexcept { return value_; }
  constexpr Number next() const noexcept { return Number(value_ + 1); }
  constexpr auto operator<=>(const Number&) const = default;

 private:
  std::uint64_t value_ = 0;
};

}  // namespace depops

template <typename Tag>
struct std::hash<depops::Id<Tag>> {
  std::size_t operator()(const depops::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};
