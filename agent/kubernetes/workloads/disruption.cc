#include "agent/kubernetes/workloads/disruption.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace depops::agent::kubernetes {
namespace {

constexpr std::uint64_t kMostOfAnything = 1'000'000;

bool fits_expression(const json::Value& expression, const json::Value& labels) {
  const json::Value* label = labels.find(expression["key"].as_string());
  const std::string& how = expression["operator"].as_string();
  const bool listed =
      label != nullptr && std::ranges::any_of(expression["values"].items(), [&](const json::Value& one) {
        return one.as_string() == label->as_string();
      });
  if (how == "In") return listed;
  if (how == "NotIn") return !listed;
  return how == "Exists" ? label != nullptr : how == "DoesNotExist" && label == nullptr;
}

bool selects_pods(const json::Value& selector, Selects without_labels, const json::Value& labels) {
  const auto& wanted = selector["matchLabels"].members();
  const auto& expressions = selector["matchExpressions"].items();
  if (!selector.is_object()) return false;
  if (wanted.empty() && expressions.empty()) return without_labels == Selects::all;
  const bool same = std::ranges::all_of(wanted, [&](const auto& one) {
    const json::Value* label = labels.find(one.first);
    return label != nullptr && label->as_string() == one.second.as_string();
  });
  return same && std::ranges::all_of(expressions, [&](const json::Value& one) { return fits_expression(one, labels); });
}

// "2" or "30%" of so many, rounded up as the server does.
std::optional<std::uint32_t> amount_in(const json::Value& value, std::uint32_t whole) {
  if (value.is_integer()) return static_cast<std::uint32_t>(std::min(value.as_uint(), kMostOfAnything));
  const std::string& text = value.as_string();
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || number > kMostOfAnything) return std::nullopt;
  if (read.ptr == end) return static_cast<std::uint32_t>(number);
  if (std::string_view(read.ptr, static_cast<std::size_t>(end - read.ptr)) != "%") return std::nullopt;
  return static_cast<std::uint32_t>((number * whole + 99) / 100);
}

std::string shown_amount(const json::Value& amount) {
  return amount.is_integer() ? std::to_string(amount.as_uint()) : amount.as_string();
}

}  // namespace

std::string breaks_budget(const json::Value& budget, Selects without_labels, const json::Value& labels,
                          const rollout::Dip& dip) {
  const json::Value& spec = budget["spec"];
  if (!selects_pods(spec["selector"], without_labels, labels)) return "";
  const bool at_least = !spec["minAvailable"].is_null();
  const char* field = at_least ? "minAvailable" : "maxUnavailable";
  const auto amount = amount_in(spec[field], dip.whole);
  if (!amount) return "";
  // More than there are can not be kept by anybody: then it is all that there are.
  const std::uint32_t most = std::min(*amount, dip.whole);
  const std::uint32_t needed = at_least ? most : dip.whole - most;
  if (dip.lowest >= needed) return "";
  return "PodDisruptionBudget " + budget["metadata"]["name"].as_string() + " (" + field + " " +
         shown_amount(spec[field]) + ") wants " + std::to_string(needed) + " of " + std::to_string(dip.whole) +
         " pods to be available and this rollout leaves " + std::to_string(dip.lowest) +
         " at its lowest; whoever owns the pipeline lowers maxUnavailable (0 with a maxSurge above 0), or whoever owns "
         "the budget asks for less";
}

}  // namespace depops::agent::kubernetes
