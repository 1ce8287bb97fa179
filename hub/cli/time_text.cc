#include "hub/cli/time_text.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace depops::hub::cli {
namespace {

// Exactly `digits` digits at the front.
std::optional<int> take(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || text[0] == '-') return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool skip(std::string_view& text, char wanted) {
  if (text.empty() || text[0] != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// "2026-11-23T13:00:00": the numbers in their order.
std::optional<std::array<int, 6>> take_fields(std::string_view& text) {
  constexpr std::array<std::size_t, 6> kDigits{4, 2, 2, 2, 2, 2};
  constexpr std::string_view kBefore = " --T::";
  std::array<int, 6> fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && !skip(text, kBefore[i])) return std::nullopt;
    const auto value = take(text, kDigits[i]);
    if (!value) return std::nullopt;
    fields[i] = *value;
  }
  return fields;
}

std::optional<Millis> take_fraction(std::string_view& text) {
  if (!skip(text, '.')) return Millis(0);
  std::int64_t ms = 0, unit = 100;
  std::size_t digits = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9' && digits < 9; ++digits, unit /= 10) {
    ms += (text[0] - '0') * unit;
    text.remove_prefix(1);
  }
  return digits == 0 ? std::nullopt : std::optional(Millis(ms));
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (skip(text, 'Z')) return std::chrono::minutes(0);
  const bool minus = !text.empty() && text[0] == '-';
  if (!skip(text, '+') && !skip(text, '-')) return std::nullopt;
  const auto hours = take(text, 2);
  if (!hours || !skip(text, ':')) return std::nullopt;
  const auto minutes = take(text, 2);
  if (!minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  return std::chrono::minutes((*hours * 60 + *minutes) * (minus ? -1 : 1));
}

}  // namespace

std::optional<Instant> parse_time(std::string_view text) {
  const auto fields = take_fields(text);
  if (!fields) return std::nullopt;
  const auto& [year, month, day, hour, minute, second] = *fields;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  const auto fraction = take_fraction(text);
  const auto offset = take_offset(text);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60 || !fraction || !offset || !text.empty())
    return std::nullopt;
  return Instant(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + *fraction - *offset;
}

std::string write_time(Instant time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ldZ", int(date.year()), unsigned(date.month()),
                unsigned(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                clock.subseconds().count());
  return text;
}

}  // namespace depops::hub::cli
