#include "hub/app/admission.h"

#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

// Sites that a person must admit. That words belong to a key is found out at the edge.
using namespace depops;
using namespace depops::tests;

namespace {

const SiteName kOslo("osl-1");
const std::string kOwn(64, '1');
const std::string kOthers(64, '2');

struct Porch {
  Bench bench;

  Porch() { bench.set_up(); }

  hub::Answer enroll(char token, bool confirm) {
    return bench.ask(hub::MakeJoinToken{kOslo, kStaging, Digest("sha256:" + std::string(64, token)),
                                        std::chrono::hours(1), false, confirm});
  }
  hub::Answer join(const std::string& key, char token = 'a') {
    return bench.ask(
        hub::JoinSite{kOslo, Digest("sha256:" + std::string(64, token)), key, true, "sha256:machine", "10.0.0.7"});
  }
  hub::Answer admit(const std::string& key) { return bench.ask(hub::AdmitSite{kOslo, key}); }
};

}  // namespace

TEST_CASE("who waits joins when a person admitted that key, and nobody else does with the same token") {
  Porch porch;
  REQUIRE(porch.enroll('a', true).ok);
  CHECK(porch.join(kOwn).code == Errc::unavailable);
  CHECK(porch.join(kOthers).code == Errc::refused);
  CHECK_FALSE(porch.admit(kOthers).ok);
  CHECK_FALSE(porch.admit("").ok);
  CHECK(porch.join(kOwn).code == Errc::unavailable);
  porch.bench.restart();
  REQUIRE(porch.admit(kOwn).ok);
  CHECK_FALSE(porch.admit(kOwn).changed);
  CHECK_FALSE(porch.join(kOthers).ok);
  CHECK(porch.join(kOwn).ok);
  CHECK(porch.bench.hub->world().sites.at(kOslo).site.public_key == kOwn);
  CHECK_FALSE(porch.admit(kOwn).ok);  // nobody waits any more
}

TEST_CASE("a new token forgets who waited, and without --confirm nobody waits") {
  Porch porch;
  REQUIRE(porch.enroll('a', true).ok);
  CHECK(porch.join(kOthers).code == Errc::unavailable);
  REQUIRE(porch.enroll('b', true).ok);
  CHECK_FALSE(porch.admit(kOthers).ok);
  CHECK(porch.join(kOwn, 'b').code == Errc::unavailable);
  REQUIRE(porch.enroll('c', false).ok);
  CHECK(porch.join(kOwn, 'c').ok);
}
