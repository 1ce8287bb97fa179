#include "hub/cli/event_stream.h"

#include <utility>

namespace depops::hub::cli {

constexpr std::size_t kDataMax = 1 << 20;

std::optional<ServerEvent> EventReader::take(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) {
    ServerEvent event = std::exchange(next_, {});
    event.id = last_id_;
    return std::exchange(has_data_, false) ? std::optional(std::move(event)) : std::nullopt;
  }
  const std::size_t colon = line.find(':');
  if (colon == 0) return std::nullopt;
  const std::string field = line.substr(0, colon);
  std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.erase(0, 1);
  if (field == "id") last_id_ = value;
  if (field == "event") next_.name = value;
  if (field == "data" && next_.data.size() + value.size() < kDataMax) {
    next_.data += (has_data_ ? "\n" : "") + value;
    has_data_ = true;
  }
  return std::nullopt;
}

}  // namespace depops::hub::cli
