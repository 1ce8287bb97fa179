#include "agent/kubernetes/api/backoff.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace depops::agent::kubernetes {
namespace {

constexpr unsigned kDoublingsMax = 20;
constexpr std::int64_t kSecondsMax = 86'400;

}  // namespace

Millis backoff(unsigned failures, std::optional<Millis> retry_after, double chance, const BackoffRules& rules) {
  const unsigned doublings = std::min(std::max(failures, 1U) - 1, kDoublingsMax);
  const Millis whole = std::min(rules.first * (std::int64_t{1} << doublings), rules.most);
  const double share = 0.5 + std::clamp(chance, 0.0, 1.0) / 2;
  const Millis ours(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
  return std::max(ours, std::clamp(retry_after.value_or(Millis(0)), Millis(0), rules.retry_after_most));
}

std::optional<Millis> read_retry_after(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || stop != text.data() + text.size() || seconds < 0) return std::nullopt;
  return Millis(std::min(seconds, kSecondsMax) * 1'000);
}

}  // namespace depops::agent::kubernetes
