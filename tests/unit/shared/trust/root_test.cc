#include "shared/trust/root.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/shared/trust/rig.h"

namespace depops::trust {
namespace {

std::string mistake(const TrustRoot& root) {
  const auto checked = check(root);
  return checked.ok() ? "" : checked.error().what;
}

template <typename Change>
std::string mistake_with(Change change) {
  TrustRoot root = company();
  change(root);
  return mistake(root);
}

TrustRoot next_of(const TrustRoot& root) {
  TrustRoot next = root;
  next.version = root.version.next();
  return next;
}

std::string code(const std::optional<Refused>& refused) { return refused ? name_of(refused->code) : "accepted"; }

const SignedRoot kCurrent = signed_root(company(), {"root-ann", "root-ben"});

std::string after_current(const SignedRoot& next) { return code(objection_to_next(kCurrent, next, toy_holds)); }

}  // namespace

TEST_CASE("production asks for two people, other tiers for none, what is not listed counts as production") {
  TrustRoot root = company();
  REQUIRE(quorum_of(root, EnvironmentName("production")) == 2);
  REQUIRE(quorum_of(root, EnvironmentName("lab")) == 0);
  REQUIRE(quorum_of(root, EnvironmentName("nowhere")) == 2);
  root.policies = {{Tier::production, 3}, {Tier::development, 1}};
  REQUIRE(quorum_of(root, EnvironmentName("production")) == 3);
  REQUIRE(quorum_of(root, EnvironmentName("lab")) == 1);
}

TEST_CASE("A15 a threshold of 0, or one that its people can not reach, is a mistake") {
  REQUIRE(mistake(company()).empty());
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.root.threshold = 0; }), Catch::Contains("role root: threshold 0"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.hub_release.threshold = 0; }), Catch::Contains("threshold 0"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.root.threshold = 0xFFFFFFFF; }), Catch::Contains("it is 1 to 20"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.root.threshold = 4; }), Catch::Contains("only 3 different people"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) {
                 r.policies = {{Tier::production, 0}};
               }),
               Catch::Contains("quorum of 0"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) {
                 r.policies = {{Tier::production, 4}};
               }),
               Catch::Contains("production asks for 4 approvals, but keys of only 3 different people"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) {
                 r.root.holders = {holder("root-ann", "ann"), holder("root-ann-2", "ann")};
               }),
               Catch::Contains("only 1 different people"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) {
                 r.revoked = {KeyId("root-ann"), KeyId("root-ben")};
               }),
               Catch::Contains("only 1 different people"));
}

TEST_CASE("a trust root that contradicts itself is a mistake that is named") {
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.version = TrustVersion(0); }), Catch::Contains("version 0"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.expires = r.issued; }), Catch::Contains("expires before"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.approver.holders.push_back(holder("hub-1", "bob")); }),
               Catch::Contains("key hub-1 stands twice"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.approver.holders.push_back(holder("bob-1", "ben")); }),
               Catch::Contains("key bob-1 stands twice"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.approver.holders[0].person = Person(); }),
               Catch::Contains("no person"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.environments[1].environment = EnvironmentName("A B"); }),
               Catch::Contains("is not a name"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.environments.push_back(r.environments[0]); }),
               Catch::Contains("environment production stands twice"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) {
                 r.policies = {{Tier::staging, 1}, {Tier::staging, 0}};
               }),
               Catch::Contains("two policies"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) { r.break_glass.threshold = 2; }), Catch::Contains("no threshold"));
  REQUIRE_THAT(mistake_with([](TrustRoot& r) {
                 r.approver.holders.clear();
                 r.root.holders.assign(kHoldersMax + 1, holder("k", "p"));
               }),
               Catch::Contains("more than 200 keys"));
}

TEST_CASE("A18 the next version needs the signatures of both versions' root role") {
  TrustRoot next = next_of(company());
  next.root.holders = {holder("root-ann", "ann"), holder("root-eva", "eva"), holder("root-fay", "fay")};
  REQUIRE(after_current(signed_root(next, {"root-ann", "root-ben", "root-eva"})) == "accepted");
  REQUIRE(after_current(signed_root(next, {"root-ann", "root-ben"})) == "signature");
  REQUIRE(after_current(signed_root(next, {"root-ann", "root-eva", "root-fay"})) == "signature");
  REQUIRE(after_current(signed_root(next, {})) == "signature");
  REQUIRE(after_current(signed_root(next, {"alice-1", "hub-1", "root-ben", "root-eva"})) == "signature");
}

TEST_CASE("A18 exactly the next version is taken") {
  TrustRoot far = next_of(next_of(company()));
  REQUIRE(after_current(signed_root(far, {"root-ann", "root-ben"})) == "root-version");
  TrustRoot older = company();
  older.version = TrustVersion(2);
  REQUIRE(after_current(signed_root(older, {"root-ann", "root-ben"})) == "root-version");
}

TEST_CASE("A18 the same version again is nothing new, with other bytes it is refused") {
  REQUIRE(after_current(kCurrent) == "accepted");
  REQUIRE(after_current(signed_root(company(), {"root-ann", "root-ben"}, "other")) == "equivocation");
}

TEST_CASE("a next version that breaks the rules, is of another type or carries many signatures is refused") {
  TrustRoot bad = next_of(company());
  bad.hub_release.threshold = 0;
  REQUIRE(after_current(signed_root(bad, {"root-ann", "root-ben"})) == "root-rules");
  SignedRoot other = signed_root(next_of(company()), {"root-ann", "root-ben"});
  other.document.type = kStatementType;
  REQUIRE(after_current(other) == "payload-type");
  REQUIRE(after_current(signed_root(next_of(company()), std::vector<std::string>(17, "root-ann"))) == "size");
}

TEST_CASE("the first trust root is the pinned one, signed by its own root role") {
  REQUIRE(code(objection_to_first(kCurrent, kCurrent.digest, toy_holds)) == "accepted");
  REQUIRE(code(objection_to_first(kCurrent, Digest("another"), toy_holds)) == "root-pin");
  const SignedRoot half = signed_root(company(), {"root-ann"});
  REQUIRE(code(objection_to_first(half, half.digest, toy_holds)) == "signature");
  const SignedRoot twice = signed_root(company(), {"root-ann", "root-ann"});
  REQUIRE(code(objection_to_first(twice, twice.digest, toy_holds)) == "signature");
}

TEST_CASE("a trust root that is past its time is taken over from, not by") {
  REQUIRE(code(objection_to_age(company(), at(1'000 * 86'400 - 1))) == "accepted");
  REQUIRE(code(objection_to_age(company(), at(1'000 * 86'400))) == "root-expired");
}

TEST_CASE("every refusal has a name of its own") {
  std::vector<std::string> names;
  for (int code = 0; code <= static_cast<int>(Refusal::root_expired); ++code) {
    const std::string name = name_of(static_cast<Refusal>(code));
    REQUIRE(std::ranges::find(names, name) == names.end());
    names.push_back(name);
  }
  REQUIRE(names.size() == 29);
}

}  // namespace depops::trust
