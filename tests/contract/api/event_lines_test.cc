#include "hub/main/event_lines.h"

#include <catch2/catch.hpp>

using namespace depops;

namespace {

hub::EventRow event(std::uint64_t id, const char* site, Millis late) {
  hub::EventRow row;
  row.id = id;
  row.kind = "rollout";
  row.site = SiteName(site);
  row.received = Instant(std::chrono::hours(500'000));
  row.at = row.received - late;
  row.text = "entry " + std::to_string(id);
  return row;
}

}  // namespace

TEST_CASE("Log: what happens now is a line each, what sites tell of the past is one line") {
  const auto lines = hub::event_lines({event(1, "fra-1", Millis(0)), event(2, "sin-1", Millis(60'000)),
                                       event(3, "fra-1", Millis(59'999)), event(4, "fra-1", std::chrono::hours(24))});
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("id=1 ") != std::string::npos);
  CHECK(lines[1].find("text=\"entry 3\"") != std::string::npos);
  CHECK(lines[2] == "event=late count=2 sites=2 up_to_id=4");
  CHECK(hub::event_lines({}).empty());
}
