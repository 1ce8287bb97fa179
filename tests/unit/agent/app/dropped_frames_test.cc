#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/app/agent.h"

namespace depops::agent {
namespace {

Moment at(Millis boottime) { return {Instant(Millis(1'000'000)) + boottime, boottime, BootId("b")}; }

std::size_t leaves_about_frames(const Output& output) {
  const auto& rows = output.batch.outbox;
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const OutboxRow& row) {
    const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
    return leaf != nullptr && leaf->action == "site.frame_dropped";
  }));
}

}  // namespace

TEST_CASE("frames that count for nothing are audited with their number, at most once a minute") {
  Settings settings;
  settings.site = SiteName("fra-1");
  Loaded loaded;
  loaded.incarnation = "00112233445566778899aabbccddeeff";
  Agent agent(settings, loaded, at(Millis(0)));
  CHECK(leaves_about_frames(agent.step(FrameDropped{"signature", "no signature of ours"}, at(Millis(1)))) == 1);
  for (int i = 0; i < 50; ++i) {
    CHECK(leaves_about_frames(agent.step(FrameDropped{"signature", "again"}, at(Millis(100 + i)))) == 0);
  }
  const Output later = agent.step(FrameDropped{"destination", "for site:sin-1"}, at(Millis(70'000)));
  REQUIRE(leaves_about_frames(later) == 1);
  for (const OutboxRow& row : later.batch.outbox) {
    if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) {
      CHECK(leaf->reason.rfind("51 since the last such leaf, the newest destination: for site:sin-1", 0) == 0);
    }
  }
}

}  // namespace depops::agent
