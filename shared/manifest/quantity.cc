#include "shared/manifest/quantity.h"

#include <array>
#include <charconv>
#include <limits>

namespace depops::manifest {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// "ms" stands before "m" so that the longer one is tried first.
constexpr std::array<Unit, 5> kTimes{{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 5> kLargestFirst{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 7> kSizes{
    {{"", 1}, {"k", 1'000}, {"M", 1'000'000}, {"G", 1'000'000'000}, {"Ki", 1 << 10}, {"Mi", 1 << 20}, {"Gi", 1 << 30}}};
constexpr std::int64_t kLongest = std::int64_t{3660} * 86'400'000;
constexpr std::int64_t kLargest = std::int64_t{1} << 62;

// Takes the digits at the front of `text`; nothing if there are none or they do not fit.
std::optional<std::int64_t> take_digits(std::string_view& text) noexcept {
  std::int64_t value = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::int64_t> take_unit(std::string_view& text) noexcept {
  for (const Unit& unit : kTimes) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Millis> parse_duration(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto count = take_digits(text);
    const auto factor = take_unit(text);
    if (!count || !factor || *count > kLongest / *factor) return std::nullopt;
    total += *count * *factor;
    if (total > kLongest) return std::nullopt;
  }
  return Millis(total);
}

std::string write_duration(Millis duration) {
  std::int64_t rest = duration.count();
  if (rest <= 0) return "0s";
  std::string text;
  for (const Unit& unit : kLargestFirst) {
    if (rest >= unit.factor) text += std::to_string(rest / unit.factor) + std::string(unit.name);
    rest %= unit.factor;
  }
  return text;
}

double parse_number(std::string_view text) noexcept {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  const bool small = text.find("e-") != text.npos || text.find("E-") != text.npos;
  const double size = small ? 0 : std::numeric_limits<double>::infinity();
  return text.starts_with('-') ? -size : size;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) noexcept {
  const auto count = take_digits(text);
  if (!count) return std::nullopt;
  for (const Unit& unit : kSizes) {
    if (text != unit.name) continue;
    if (*count > kLargest / unit.factor) return std::nullopt;
    return static_cast<std::uint64_t>(*count * unit.factor);
  }
  return std::nullopt;
}

}  // namespace depops::manifest
