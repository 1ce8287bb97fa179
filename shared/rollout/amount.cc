#include "shared/rollout/amount.h"

#include <algorithm>
#include <charconv>

namespace depops::rollout {

Result<CountOrPercent> parse_amount(std::string_view text) {
  CountOrPercent amount;
  amount.percent = text.ends_with('%');
  const std::string_view digits = amount.percent ? text.substr(0, text.size() - 1) : text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), amount.value);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  constexpr std::uint32_t kCountMax = 100'000;
  if (whole && amount.value <= (amount.percent ? 100 : kCountMax)) return amount;
  return Error{Errc::invalid,
               "is \"" + std::string(text.substr(0, 60)) + "\"; a count like 1 or a share like 25% is meant"};
}

std::uint32_t count_of(const CountOrPercent& amount, std::uint32_t n) {
  const std::uint64_t share = (std::uint64_t{amount.value} * n + 99) / 100;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(amount.percent ? share : amount.value, n));
}

}  // namespace depops::rollout
