#include <catch2/catch.hpp>

#include "hub/app/join.h"
#include "tests/unit/hub/app/fleet.h"

// Who becomes a site with what a file says of its token, which is not in it.
using namespace depops;
using namespace depops::tests;
using Catch::Contains;

namespace {

const SiteName kFarAway("osl-1");
const Digest kItsToken("sha256:" + std::string(64, 'a'));
const Digest kClaim("sha256:" + std::string(64, 'c'));
const std::string kItsKey(64, '1');

struct Carrier {
  Bench bench;

  Carrier() {
    bench.set_up();
    REQUIRE(bench.ask(hub::MakeJoinToken{kFarAway, EnvironmentName("staging"), kItsToken, std::chrono::hours(24)}).ok);
  }
  Digest proof(const Digest& token = kItsToken, const Digest& claim = kClaim) {
    return bench.codec.token_proof(token, claim);
  }
  hub::Answer bring(const Digest& proof, const Digest& claim = kClaim, const std::string& key = kItsKey) {
    hub::JoinSite wish{kFarAway, proof, key, true, "sha256:machine", "a file that admin brought"};
    wish.claim = claim;
    return bench.ask(wish);
  }
  std::size_t leaves(const std::string& action, const std::string& reason = "") const {
    std::size_t count = 0;
    for (const hub::AuditRow& leaf : bench.store.audit())
      count += leaf.leaf.action == action && leaf.leaf.reason.find(reason) != std::string::npos ? 1 : 0;
    return count;
  }
  const std::string& key() const { return bench.hub->world().sites.at(kFarAway).site.public_key; }
};

}  // namespace

TEST_CASE("a proof of the token in a file makes a site, once, and the leaf says who brought it") {
  Carrier carrier;
  const hub::Answer joined = carrier.bring(carrier.proof());
  REQUIRE(joined.ok);
  CHECK(joined.changed);
  CHECK(carrier.key() == kItsKey);
  CHECK(carrier.leaves("site.enrolled", "a file that admin brought") == 1);
  const hub::Answer again = carrier.bring(carrier.proof());  // the answer was lost on the way
  CHECK(again.ok);
  CHECK_FALSE(again.changed);
  const Digest other("sha256:" + std::string(64, 'd'));  // asked anew with the same keys
  CHECK(carrier.bring(carrier.proof(kItsToken, other), other).ok);
  CHECK_FALSE(carrier.bring(carrier.proof(kItsToken, other), other, std::string(64, '2')).ok);
  CHECK(carrier.key() == kItsKey);
}

TEST_CASE("A7 a proof about something else, of another token, or a token's hash in its place: nobody joins") {
  Carrier carrier;
  const Digest other("sha256:" + std::string(64, 'd'));
  CHECK_FALSE(carrier.bring(carrier.proof(), other).ok);     // moved to another request
  CHECK_FALSE(carrier.bring(carrier.proof(other)).ok);       // of another token
  CHECK_FALSE(carrier.bring(kItsToken).ok);                  // the hash by itself
  CHECK_FALSE(carrier.bring(carrier.proof(), Digest()).ok);  // a proof where the token itself belongs
  CHECK(carrier.leaves("join.guessed") == 3);                // the 1st, 2nd and 4th
  CHECK(carrier.key().empty());
  carrier.bench.pass(std::chrono::hours(24));
  CHECK_FALSE(carrier.bring(carrier.proof()).ok);  // too old
  CHECK(carrier.key().empty());
}
