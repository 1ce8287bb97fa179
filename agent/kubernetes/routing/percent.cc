#include "agent/kubernetes/routing/percent.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace depops::agent::kubernetes {
namespace {

constexpr std::uint64_t kWeightMost = 1'000'000;  // the greatest that Gateway API knows; others are cut to it

}  // namespace

std::vector<SetShare> percents_of(const std::map<SetId, std::uint64_t>& weights, std::uint64_t others) {
  std::uint64_t sum = std::min(others, kWeightMost);
  for (const auto& [set, weight] : weights) sum += std::min(weight, kWeightMost);
  const std::uint64_t others_percent = sum == 0 ? 0 : std::min(others, kWeightMost) * 100 / sum;
  std::vector<SetShare> shares;
  std::vector<std::pair<std::uint64_t, std::size_t>> remainders;
  std::uint64_t given = others_percent;
  for (const auto& [set, weight] : weights) {
    const std::uint64_t parts = std::min(weight, kWeightMost) * 100;
    remainders.emplace_back(sum == 0 ? 0 : parts % sum, shares.size());
    shares.push_back({set, static_cast<std::uint32_t>(sum == 0 ? 0 : parts / sum)});
    given += shares.back().percent;
  }
  std::sort(remainders.begin(), remainders.end(), std::greater{});
  for (std::size_t i = 0; given < 100 && i < remainders.size() && remainders[i].first > 0; ++i, ++given)
    shares[remainders[i].second].percent += 1;
  return shares;
}

}  // namespace depops::agent::kubernetes
