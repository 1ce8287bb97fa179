#include <catch2/catch.hpp>

#include "agent/ports/journal.h"

namespace depops::agent {
namespace {

JournalBatch batch(char mark, std::uint64_t number) {
  JournalBatch made;
  made.site = SiteState{};
  made.site->generation = Generation(number);
  made.records = {std::make_shared<rollout::Record>()};
  made.outbox = {{sync::Stream::audit, Sequence(number), audit::Leaf{}}};
  made.buried = {{sync::Stream::events, Sequence(number), rollout::Report(rollout::Tombstone{})}};
  made.desired = std::string(1, mark);
  made.trust = TrustState{std::nullopt, {Digest(std::string(1, mark))}};
  return made;
}

}  // namespace

TEST_CASE("turns that become one transaction lose nothing: the later word for what there is once, all of the rest") {
  JournalBatch all;
  CHECK(all.empty());
  all.append(batch('a', 1));
  JournalBatch urgent = batch('b', 2);
  urgent.safe = false;
  all.append(urgent);
  all.append(JournalBatch{});
  CHECK(all.site->generation == Generation(2));
  CHECK(all.records.size() == 2);
  REQUIRE(all.outbox.size() == 2);
  REQUIRE(all.buried.size() == 2);
  CHECK(all.buried[1].seq == Sequence(2));
  CHECK(all.outbox[1].seq == Sequence(2));
  CHECK(all.desired == "b");
  CHECK_FALSE(all.safe);
  REQUIRE(all.trust.has_value());  // floors that are not kept are no floors
  CHECK(all.trust->accepted == std::vector<Digest>{Digest("b")});
}

}  // namespace depops::agent
