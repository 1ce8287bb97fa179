#include "hub/api_http/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace depops::hub::api_http {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

// Reads fixed-width digits and single letters off the front of a text.
class Cutter {
 public:
  explicit Cutter(std::string_view text) : rest_(text) {}

  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count || !std::all_of(rest_.begin(), rest_.begin() + static_cast<long>(count), is_digit))
      return {};
    int value = 0;
    std::from_chars(rest_.data(), rest_.data() + count, value);
    rest_.remove_prefix(count);
    return value;
  }
  bool letter(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    last_ = rest_[0];
    rest_.remove_prefix(1);
    return true;
  }
  char last() const { return last_; }
  bool at_digit() const { return !rest_.empty() && is_digit(rest_[0]); }
  bool ended() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char last_ = 0;
};

std::optional<std::chrono::year_month_day> date(Cutter& in) {
  const auto year = in.digits(4);
  if (!year || !in.letter("-")) return {};
  const auto month = in.digits(2);
  if (!month || !in.letter("-")) return {};
  const auto day = in.digits(2);
  if (!day) return {};
  const std::chrono::year_month_day out{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  return out.ok() ? std::optional(out) : std::nullopt;
}

std::optional<std::chrono::seconds> clock_time(Cutter& in) {
  const auto hour = in.digits(2);
  if (!hour || *hour > 23 || !in.letter(":")) return {};
  const auto minute = in.digits(2);
  if (!minute || *minute > 59 || !in.letter(":")) return {};
  const auto second = in.digits(2);
  if (!second || *second > 59) return {};
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<Millis> fraction(Cutter& in) {
  if (!in.letter(".")) return Millis(0);
  int ms = 0;
  int places = 0;
  for (; in.at_digit() && places < 9; ++places) {
    const int digit = *in.digits(1);
    if (places < 3) ms = ms * 10 + digit;
  }
  if (places == 0) return {};
  for (; places < 3; ++places) ms *= 10;
  return Millis(ms);
}

std::optional<std::chrono::minutes> offset(Cutter& in) {
  if (in.letter("Zz")) return std::chrono::minutes(0);
  if (!in.letter("+-")) return {};
  const int sign = in.last() == '-' ? -1 : 1;
  const auto hours = in.digits(2);
  if (!hours || *hours > 23 || !in.letter(":")) return {};
  const auto minutes = in.digits(2);
  if (!minutes || *minutes > 59) return {};
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

}  // namespace

std::string time_text(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Millis> time(at - day);
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return out.data();
}

std::optional<Instant> time_of(std::string_view text) {
  Cutter in(text);
  const auto day = date(in);
  if (!day || !in.letter("Tt ")) return {};
  const auto time = clock_time(in);
  if (!time) return {};
  const auto part = fraction(in);
  if (!part) return {};
  const auto away = offset(in);
  if (!away || !in.ended()) return {};
  return Instant(std::chrono::sys_days(*day)) + *time + *part - *away;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) return {};
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::string lower(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

bool is_hex(std::string_view text, std::size_t least, std::size_t most) {
  const auto hex = [](char letter) { return is_digit(letter) || (letter >= 'a' && letter <= 'f'); };
  return text.size() >= least && text.size() <= most && std::all_of(text.begin(), text.end(), hex);
}

}  // namespace depops::hub::api_http
