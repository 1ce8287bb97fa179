#include "agent/kubernetes/api/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace depops::agent::kubernetes {
namespace {

struct Unit {
  std::string_view suffix;
  double factor;
};
constexpr std::array<Unit, 15> kUnits{{{"", 1},
                                       {"n", 1e-9},
                                       {"u", 1e-6},
                                       {"m", 1e-3},
                                       {"k", 1e3},
                                       {"M", 1e6},
                                       {"G", 1e9},
                                       {"T", 1e12},
                                       {"P", 1e15},
                                       {"Ki", 0x1p10},
                                       {"Mi", 0x1p20},
                                       {"Gi", 0x1p30},
                                       {"Ti", 0x1p40},
                                       {"Pi", 0x1p50},
                                       {"Ei", 0x1p60}}};
constexpr std::array<Unit, 4> kShown{{{"Ti", 0x1p40}, {"Gi", 0x1p30}, {"Mi", 0x1p20}, {"Ki", 0x1p10}}};
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() >> 12;  // so that some of them can be added

std::optional<double> factor_of(std::string_view suffix) {
  if (suffix == "E") return 1e18;
  for (const Unit& unit : kUnits) {
    if (unit.suffix == suffix) return unit.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> thousandths_of(std::string_view quantity) {
  if (!quantity.empty() && quantity.front() == '+') quantity.remove_prefix(1);
  double number = 0;
  const char* end = quantity.data() + quantity.size();
  const auto read = std::from_chars(quantity.data(), end, number);  // of "1Ei" the 1, of "1e3" all
  if (read.ec != std::errc() || !std::isfinite(number)) return std::nullopt;
  const auto factor = factor_of(std::string_view(read.ptr, static_cast<std::size_t>(end - read.ptr)));
  if (!factor) return std::nullopt;
  const double thousandths = number * *factor * 1'000;
  if (std::abs(thousandths) >= static_cast<double>(kMost)) return thousandths > 0 ? kMost : -kMost;
  const double nearest = std::round(thousandths);  // 0.1 is no binary number, so products are off by a hair
  const bool whole = std::abs(thousandths - nearest) <= 1e-6 * std::max(1.0, std::abs(nearest)) * 1e-3;
  return static_cast<std::int64_t>(whole ? nearest : std::ceil(thousandths));
}

std::string quantity_text(std::int64_t thousandths) {
  if (thousandths % 1'000 != 0) return std::to_string(thousandths) + "m";
  const std::int64_t whole = thousandths / 1'000;
  for (const Unit& unit : kShown) {
    const auto size = static_cast<std::int64_t>(unit.factor);
    if (whole >= size && whole % size == 0) return std::to_string(whole / size) + std::string(unit.suffix);
  }
  return std::to_string(whole);
}

}  // namespace depops::agent::kubernetes
