#include "agent/http_json/pointer.h"

#include <charconv>
#include <cmath>

namespace depops::agent::http_json {
namespace {

constexpr double kCountMax = 9'007'199'254'740'992;  // up to here every whole number is exact

// "~1" is '/', "~0" is '~'.
std::string unescaped(const std::string& token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    text += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return text;
}

// Without leading zeros, as the RFC has it.
const json::Value* element(const json::Value& list, const std::string& token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool good =
      error == std::errc() && end == token.data() + token.size() && (token.size() == 1 || token[0] != '0');
  return good && index < list.items().size() ? &list.items()[index] : nullptr;
}

}  // namespace

const json::Value* at_pointer(const json::Value& root, const std::string& pointer) {
  const json::Value* found = &root;
  for (std::size_t slash = 0; found != nullptr && slash < pointer.size();) {
    const std::size_t next = std::min(pointer.find('/', slash + 1), pointer.size());
    const std::string token = unescaped(pointer.substr(slash + 1, next - slash - 1));
    found = found->is_array() ? element(*found, token) : found->find(token);
    slash = next;
  }
  return found;
}

Result<std::optional<double>> number_at(const json::Value& root, const std::string& pointer) {
  const json::Value* found = at_pointer(root, pointer);
  if (found == nullptr || found->is_null()) return std::optional<double>();
  if (found->is_bool()) return std::optional<double>(found->as_bool() ? 1 : 0);
  if (found->is_number()) return std::optional<double>(found->as_double());
  return Error{Errc::invalid, "\"" + pointer + "\" leads to no number"};
}

Result<std::optional<std::uint64_t>> count_at(const json::Value& root, const std::string& pointer) {
  DEPOPS_TRY(const std::optional<double> number, number_at(root, pointer));
  if (!number) return std::optional<std::uint64_t>();
  const bool whole = *number >= 0 && *number <= kCountMax && std::floor(*number) == *number;
  if (!whole) return Error{Errc::invalid, "\"" + pointer + "\" leads to no count: " + std::to_string(*number)};
  return std::optional<std::uint64_t>(static_cast<std::uint64_t>(*number));
}

}  // namespace depops::agent::http_json
