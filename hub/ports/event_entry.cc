#include "hub/ports/event_entry.h"

namespace depops::hub {
namespace {

constexpr const char* kNotice = "notice";
constexpr std::string_view kBetween = ": ";

}  // namespace

std::string text_of(const rollout::Notice& notice) { return notice.kind + std::string(kBetween) + notice.text; }

std::optional<rollout::Notice> notice_of(const EventRow& row) {
  const auto end = row.text.find(kBetween);
  if (row.kind != kNotice || end == std::string::npos) return std::nullopt;
  return rollout::Notice{row.at, row.service, row.text.substr(0, end), row.text.substr(end + kBetween.size())};
}

}  // namespace depops::hub
