#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Amounts as the API writes them. Source: kubernetes.io, "Quantity".
namespace depops::agent::kubernetes {

// In thousandths, rounded up as the API does: "500m" = 500, "2" = 2'000, "1Gi" = 1'073'741'824'000, "1e3" = 1'000'000.
// What is larger than fits counts as the largest. Nothing if it is no quantity.
std::optional<std::int64_t> thousandths_of(std::string_view quantity);

// For people, in the largest unit that needs no fraction: "1500m", "2", "512Mi".
std::string quantity_text(std::int64_t thousandths);

}  // namespace depops::agent::kubernetes
