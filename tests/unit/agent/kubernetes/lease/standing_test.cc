#include "agent/kubernetes/lease/standing.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const Holder kSelf("depops-agent-0/aa");
const Holder kOther("depops-agent-1/bb");

// "look", "make", "claim", "rest 30000"
std::string next(const LeaseStanding& standing, Millis now) {
  const auto turn = standing.next(now);
  if (std::holds_alternative<LeaseStanding::Look>(turn)) return "look";
  if (std::holds_alternative<LeaseStanding::Make>(turn)) return "make";
  if (std::holds_alternative<LeaseStanding::Claim>(turn)) return "claim";
  return "rest " + std::to_string(std::get<LeaseStanding::Rest>(turn).until.count());
}

LeaseSeen held(const Holder& holder, const std::string& renewed, Millis lasts = Millis(60'000)) {
  return {holder, renewed, lasts, 0, ResourceVersion("1")};
}

Failure failure(FailureKind kind, bool may_have_happened = false) {
  Failure failure;
  failure.kind = kind;
  failure.what = "get leases.coordination.k8s.io depops-agent in depops: refused";
  failure.may_have_happened = may_have_happened;
  return failure;
}

LeaseStanding holding_since(Millis asked) {
  LeaseStanding standing(kSelf);
  standing.saw(std::nullopt, asked);
  standing.claimed(held(kSelf, "a"), asked);
  return standing;
}

}  // namespace

TEST_CASE("a lease that is not there is made, and renewed every half minute") {
  LeaseStanding standing(kSelf);
  CHECK(standing.holding(Millis(0)) == Holding::waiting);
  CHECK(next(standing, Millis(0)) == "look");
  standing.saw(std::nullopt, Millis(0));
  CHECK(next(standing, Millis(0)) == "make");
  standing.claimed(held(kSelf, "a"), Millis(10));
  CHECK(standing.holding(Millis(20)) == Holding::ours);
  CHECK(standing.why(Millis(20)).empty());
  CHECK(next(standing, Millis(20)) == "rest 30010");
  CHECK(next(standing, Millis(30'010)) == "claim");
}

TEST_CASE("who finds it held by somebody else waits, and says by whom and what to do") {
  LeaseStanding standing(kSelf);
  standing.saw(held(kOther, "a"), Millis(1'000));
  CHECK(standing.holding(Millis(1'000)) == Holding::waiting);
  CHECK(
      standing.why(Millis(1'000)) ==
      "depops-agent-1/bb acts on this cluster; this agent does nothing until that one has been silent for 60 s; if it "
      "was started by mistake, remove it");
  CHECK(next(standing, Millis(1'000)) == "rest 31000");
  CHECK(next(standing, Millis(31'000)) == "look");
  standing.saw(held(kOther, "b"), Millis(31'000));
  CHECK(next(standing, Millis(61'000)) == "look");
  standing.saw(held(kOther, "b"), Millis(61'000));
  CHECK(next(standing, Millis(61'000)) == "rest 91000");
  CHECK(next(standing, Millis(91'000)) == "claim");
}

TEST_CASE("its holder's own idea of how long it lasts is kept, if it is longer") {
  LeaseStanding standing(kSelf);
  standing.saw(held(kOther, "a", Millis(300'000)), Millis(0));
  for (Millis now(30'000); now < Millis(300'000); now += Millis(30'000)) {
    CHECK(next(standing, now) == "look");
    standing.saw(held(kOther, "a", Millis(300'000)), now);
  }
  CHECK(next(standing, Millis(300'000)) == "claim");
}

TEST_CASE("one that was given back, and one that is ours from before a restart, are claimed at once") {
  LeaseStanding given_back(kSelf);
  given_back.saw(held(Holder(""), "a"), Millis(5));
  CHECK(next(given_back, Millis(5)) == "claim");
  LeaseStanding again(kSelf);
  again.saw(held(kSelf, "a"), Millis(5));
  CHECK(next(again, Millis(5)) == "claim");
  CHECK(again.holding(Millis(5)) == Holding::waiting);
}

TEST_CASE("it is lost ten seconds before others may begin, and for ever") {
  LeaseStanding standing = holding_since(Millis(0));
  standing.failed(failure(FailureKind::unavailable), Millis(30'000));
  CHECK(next(standing, Millis(30'000)) == "rest 35000");
  CHECK(standing.holding(Millis(49'999)) == Holding::ours);
  CHECK(standing.holding(Millis(50'000)) == Holding::lost);
  standing.claimed(held(kSelf, "b"), Millis(51'000));
  CHECK(standing.holding(Millis(51'001)) == Holding::lost);
  CHECK_FALSE(standing.ours(Millis(51'001)));
}

TEST_CASE("a renewal counts from before it was asked for") {
  LeaseStanding standing = holding_since(Millis(0));
  standing.claimed(held(kSelf, "b"), Millis(30'000));  // the answer took until 38,000
  CHECK(standing.holding(Millis(79'999)) == Holding::ours);
  CHECK(standing.holding(Millis(80'000)) == Holding::lost);
}

TEST_CASE("somebody else named in it ends ours at once") {
  LeaseStanding standing = holding_since(Millis(0));
  standing.failed(failure(FailureKind::conflict), Millis(30'000));
  CHECK(next(standing, Millis(30'000)) == "look");
  CHECK(standing.holding(Millis(30'000)) == Holding::ours);
  standing.saw(held(kOther, "x"), Millis(30'100));
  CHECK(standing.holding(Millis(30'100)) == Holding::lost);
  CHECK(standing.why(Millis(30'100)).find("depops-agent-1/bb acts on this cluster") != std::string::npos);
}

TEST_CASE("somebody's note in it costs a second look, not the lease") {
  LeaseStanding standing = holding_since(Millis(0));
  standing.failed(failure(FailureKind::conflict), Millis(30'000));
  CHECK(next(standing, Millis(30'000)) == "look");
  standing.saw(held(kSelf, "a"), Millis(30'050));
  CHECK(next(standing, Millis(30'050)) == "claim");
  standing.failed(failure(FailureKind::conflict), Millis(30'100));
  CHECK(next(standing, Millis(30'100)) == "rest 35100");
}

TEST_CASE("a lease that was deleted is made anew") {
  LeaseStanding standing = holding_since(Millis(0));
  standing.failed(failure(FailureKind::not_found), Millis(30'000));
  CHECK(next(standing, Millis(30'000)) == "look");
  standing.saw(std::nullopt, Millis(30'001));
  CHECK(next(standing, Millis(30'001)) == "make");
  CHECK(standing.holding(Millis(30'001)) == Holding::ours);
}

TEST_CASE("a write of which nobody knows what became of it is looked after") {
  LeaseStanding standing(kSelf);
  standing.saw(std::nullopt, Millis(0));
  standing.failed(failure(FailureKind::unanswered, true), Millis(8'000));
  CHECK(standing.holding(Millis(8'000)) == Holding::waiting);
  CHECK(next(standing, Millis(8'000)) == "rest 13000");
  CHECK(next(standing, Millis(13'000)) == "look");
}

TEST_CASE("trouble is told to people until it is over") {
  LeaseStanding standing(kSelf);
  standing.failed(failure(FailureKind::forbidden), Millis(0));
  CHECK(standing.why(Millis(0)) == "get leases.coordination.k8s.io depops-agent in depops: refused");
  standing.saw(std::nullopt, Millis(5'000));
  CHECK(standing.why(Millis(5'000)) == "who acts on this cluster is not known yet");
}
