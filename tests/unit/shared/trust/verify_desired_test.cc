#include "shared/trust/verify_desired.h"

#include <catch2/catch.hpp>

#include "tests/unit/shared/trust/rig.h"

namespace depops::trust {
namespace {

Accepted accepted(const Judgement& judgement) {
  INFO(code_of(judgement));
  REQUIRE(std::holds_alternative<Accepted>(judgement));
  return std::get<Accepted>(judgement);
}

}  // namespace

TEST_CASE("what is right in every respect is accepted, and its floors are to be kept") {
  const Accepted taken = accepted(judged(wanted()));
  REQUIRE(taken.floors.generation == Generation(8));
  REQUIRE(taken.floors.accepted == std::vector<Digest>{digest('6'), digest('7'), digest('8')});
  REQUIRE(taken.skipped == std::vector<std::string>{"no-log"});
  REQUIRE(taken.emergencies.empty());
  Here later = fra();
  later.floors = taken.floors;
  REQUIRE(accepted(judged(wanted(), later)).floors == taken.floors);
}

TEST_CASE("A9 a desired state or its list of signatures that was altered is refused as signature") {
  Presented altered = wanted();
  altered.document.body[0] ^= 1;
  REQUIRE(code_of(judged(altered)) == "signature");
  Presented other = wanted();
  other.document.signatures[0].bytes.back() ^= 1;
  REQUIRE(code_of(judged(other)) == "signature");
  REQUIRE(code_of(judged(with_signatures(wanted(), {}))) == "signature");
  REQUIRE(code_of(judged(with_signatures(wanted(), {"alice-1", "root-ann"}))) == "signature");
}

TEST_CASE("A10 older, another site's and another epoch's are refused as rollback, destination and epoch") {
  Presented older = wanted();
  older.generation = Generation(6);
  REQUIRE(code_of(judged(older)) == "rollback");
  Presented foreign = wanted();
  foreign.site = SiteName("sin-1");
  REQUIRE(code_of(judged(foreign)) == "destination");
  Presented earlier = wanted();
  earlier.site_epoch = SiteEpoch(1);
  REQUIRE(code_of(judged(earlier)) == "epoch");
  Presented replaced = wanted();
  replaced.hub_epoch = HubEpoch(4);
  REQUIRE(code_of(judged(replaced)) == "epoch");
}

TEST_CASE("A11 past its time a document begins nothing, and the one that is held stays in force") {
  Here late = fra();
  late.now = at(50'000);
  REQUIRE(code_of(judged(wanted(), late)) == "expired");
  late.floors = accepted(judged(wanted())).floors;
  REQUIRE(code_of(judged(wanted(), late)) == "expired");
  Presented under_way = wanted();
  under_way.wishes[0].begins = false;
  REQUIRE(code_of(judged(under_way, late)) == "accepted");
}

TEST_CASE("A12 the hub's key alone, or with one approver, does not reach production") {
  Presented presented = wanted();
  presented.wishes[0].approvals.clear();
  REQUIRE(code_of(judged(presented)) == "quorum");
  presented.wishes[0].approvals = {signed_by("bob-1", says("bob"))};
  const Judgement one = judged(presented);
  REQUIRE(code_of(one) == "quorum");
  REQUIRE(std::get<Refused>(one).reason ==
          "checkout 1.2 in production needs 2 approvals by different people, 1 given (bob)");
}

TEST_CASE("a stolen hub key can not call production by another name") {
  Presented presented = wanted();
  presented.wishes[0].subject = checkout("lab");
  presented.wishes[0].approvals.clear();
  REQUIRE(code_of(judged(presented)) == "environment");
  Here lab = fra();
  lab.environment = EnvironmentName("lab");
  REQUIRE(code_of(judged(presented, lab)) == "accepted");
  Here unknown = fra();
  unknown.environment = EnvironmentName("attic");
  presented.wishes[0].subject = checkout("attic");
  REQUIRE(code_of(judged(presented, unknown)) == "quorum");
}

TEST_CASE("A17 bytes of another kind are refused even with a signature of the hub's") {
  Presented frame = wanted();
  frame.document.type = "application/vnd.depops.frame.v1+protobuf";
  REQUIRE(code_of(judged(frame)) == "signature");
  REQUIRE(code_of(judged(with_signatures(frame))) == "payload-type");
  Presented plan = wanted();
  plan.wishes[0].approvals[1].document.type = "application/vnd.depops.plan.v1+protobuf";
  REQUIRE(code_of(judged(plan)) == "payload-type");
}

TEST_CASE("A19 a generation from which nothing could follow is refused, and a new trust root leads out of one") {
  Presented far = wanted();
  far.generation = Generation((std::uint64_t{1} << 63) - 1);
  REQUIRE(code_of(judged(far)) == "fast-forward");
  far.generation = Generation(7 + kJumpMax);
  Here driven = fra();
  driven.floors = accepted(judged(far)).floors;
  REQUIRE(code_of(judged(wanted(), driven)) == "rollback");

  TrustRoot next = company();
  next.version = TrustVersion(4);
  next.resets = {{SiteName("fra-1"), Generation(7)}};
  driven.floors = reset_by(next, driven.site, driven.floors);
  REQUIRE(driven.floors.generation == Generation(7));
  REQUIRE(reset_by(next, driven.site, accepted(judged(wanted())).floors).generation == Generation(7));
  Presented again = wanted();
  again.base = Digest();
  again.trust_version = TrustVersion(4);
  Here out = driven;
  out.floors = accepted(verify_desired(next, again, driven, toy_holds)).floors;
  REQUIRE(out.floors.generation == Generation(8));
  REQUIRE(reset_by(next, out.site, out.floors) == out.floors);  // once
}

TEST_CASE("A20 a critical feature that is not known here is refused") {
  Presented presented = wanted();
  presented.critical = {"teleport"};
  REQUIRE(code_of(judged(presented)) == "critical");
  Here newer = fra();
  newer.features = {"teleport"};
  REQUIRE(code_of(judged(presented, newer)) == "accepted");
}

TEST_CASE("A21 too many bytes, signatures or approvals are refused before a signature is looked at") {
  Presented large = wanted();
  large.document.body.assign(kDesiredBytesMax + 1, 'x');
  REQUIRE(code_of(judged(large)) == "size");
  Presented many = with_signatures(wanted(), std::vector<std::string>(kSignaturesMax + 1, "hub-1"));
  REQUIRE(code_of(judged(many)) == "size");
  Presented voices = wanted();
  voices.wishes[0].approvals.assign(kApprovalsMax + 1, signed_by("bob-1", says("bob")));
  REQUIRE(code_of(judged(voices)) == "size");
}

TEST_CASE("the same generation with other bytes is equivocation") {
  Here here = fra();
  here.floors = accepted(judged(wanted())).floors;
  Presented other = wanted();
  other.digest = digest('9');
  REQUIRE(code_of(judged(other, here)) == "equivocation");
}

TEST_CASE("a document builds on what was accepted here, on older ones only if it says so") {
  Presented presented = wanted();
  presented.base = digest('5');
  REQUIRE(code_of(judged(presented)) == "base");
  presented.base = digest('6');
  REQUIRE(code_of(judged(presented)) == "base");
  presented.critical = {"rebase"};
  REQUIRE(code_of(judged(presented)) == "accepted");
  presented.critical.clear();
  presented.base = Digest();
  REQUIRE(accepted(judged(presented)).skipped == std::vector<std::string>{"no-log", "no-base"});
}

TEST_CASE("another trust version, an older trust root and one past its time are refused") {
  Presented presented = wanted();
  presented.trust_version = TrustVersion(4);
  REQUIRE(code_of(judged(presented)) == "trust-version");
  presented.trust_version = TrustVersion(0);
  REQUIRE(code_of(judged(presented)) == "accepted");
  Here here = fra();
  here.floors.trust_version = TrustVersion(4);
  REQUIRE(code_of(judged(wanted(), here)) == "trust-version");
  TrustRoot old = company();
  old.expires = at(1'000);
  REQUIRE(code_of(judged(wanted(), fra(), old)) == "root-expired");
  Presented under_way = wanted();
  under_way.wishes[0].begins = false;
  REQUIRE(code_of(judged(under_way, fra(), old)) == "accepted");
}

TEST_CASE("plan bytes that are not those of the approved digest are refused") {
  Presented presented = wanted();
  presented.wishes[0].plan_digest_of_bytes = digest('c');
  REQUIRE(code_of(judged(presented)) == "approval-subject");
}

TEST_CASE("going back to a version that was stable here waits for nobody; so does what was begun already") {
  Presented presented = wanted();
  presented.wishes[0].approvals.clear();
  presented.wishes[0].was_here = true;
  REQUIRE(code_of(judged(presented)) == "accepted");
  presented.wishes[0].was_here = false;
  presented.wishes[0].begins = false;
  REQUIRE(code_of(judged(presented)) == "accepted");
}

TEST_CASE("one target without its approvals holds back the whole document") {
  Presented presented = wanted();
  Wish other = presented.wishes[0];
  other.subject.service = ServiceName("basket");
  presented.wishes.push_back(other);
  REQUIRE(code_of(judged(presented)) == "approval-subject");
}

TEST_CASE("a log key in the trust root demands a proof") {
  TrustRoot root = company();
  root.log_keys = {"hub.example/depops/log1+1234+AbCd"};
  REQUIRE(code_of(judged(wanted(), fra(), root)) == "log-proof");
  Presented proven = wanted();
  proven.log_proof = "proof";
  REQUIRE(code_of(judged(proven, fra(), root)) == "log-proof");
}

TEST_CASE("several holders of the release role count by key and person, the smaller number") {
  TrustRoot root = company();
  root.hub_release = {2, {holder("hub-1", "hub"), holder("hub-2", "hub"), holder("hub-3", "other hub")}};
  REQUIRE(code_of(judged(wanted(), fra(), root)) == "signature");
  REQUIRE(code_of(judged(with_signatures(wanted(), {"hub-1", "hub-2"}), fra(), root)) == "signature");
  REQUIRE(code_of(judged(with_signatures(wanted(), {"hub-1", "hub-1"}), fra(), root)) == "signature");
  REQUIRE(code_of(judged(with_signatures(wanted(), {"hub-1", "hub-3"}), fra(), root)) == "accepted");
  root.revoked.emplace_back("hub-3");
  REQUIRE(code_of(judged(with_signatures(wanted(), {"hub-1", "hub-3"}), fra(), root)) == "signature");
}

TEST_CASE("the first check that fails gives the code, in the order of the document's anatomy") {
  Presented worst = with_signatures(wanted(), std::vector<std::string>(kSignaturesMax + 1, "bob-1"));
  worst.document.type = "another";
  worst.site = SiteName("sin-1");
  worst.generation = Generation(1);
  worst.base = digest('0');
  worst.not_after = at(0);
  worst.critical = {"teleport"};
  worst.wishes[0].approvals.clear();
  std::vector<std::string> codes = {code_of(judged(worst))};
  const auto then = [&] { codes.push_back(code_of(judged(worst))); };
  worst.document.signatures.resize(1), then();
  worst = with_signatures(worst), then();
  worst.document.type = kDesiredType, worst = with_signatures(worst), then();
  worst.site = SiteName("fra-1"), then();
  worst.generation = Generation(8), then();
  worst.base = digest('7'), then();
  worst.not_after = at(50'000), then();
  worst.critical.clear(), then();
  REQUIRE(codes == std::vector<std::string>{"size", "signature", "payload-type", "destination", "rollback", "base",
                                            "expired", "critical", "quorum"});
}

}  // namespace depops::trust
