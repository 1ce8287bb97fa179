#include "hub/main/event_lines.h"

#include <algorithm>
#include <set>

namespace depops::hub {
namespace {

constexpr Millis kLate{60'000};

std::string line_of(const EventRow& event) {
  return "event=" + event.kind + " id=" + std::to_string(event.id) + " site=" + event.site.str() +
         " service=" + event.service.str() + " deployment=" + event.deployment.str() + " text=\"" + event.text + "\"";
}

}  // namespace

std::vector<std::string> event_lines(const std::vector<EventRow>& events) {
  std::vector<std::string> lines;
  std::set<SiteName> sites;
  std::uint64_t late = 0;
  std::uint64_t newest = 0;
  for (const EventRow& event : events) {
    if (event.received - event.at < kLate) {
      lines.push_back(line_of(event));
      continue;
    }
    ++late;
    newest = std::max(newest, event.id);
    sites.insert(event.site);
  }
  if (late > 0)
    lines.push_back("event=late count=" + std::to_string(late) + " sites=" + std::to_string(sites.size()) +
                    " up_to_id=" + std::to_string(newest));
  return lines;
}

}  // namespace depops::hub
