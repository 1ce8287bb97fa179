#include "hub/app/certificates.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/hub/app/fleet.h"

// Who gets a certificate, and who does not. That frames and proofs are what they say is checked at the edge.
using namespace depops;
using namespace depops::tests;
using Catch::Contains;

namespace {

constexpr Millis kDay = std::chrono::hours(24);
const SiteName kSite("fra-1");
const std::string kKey(64, '1');

Digest key_number(int number) {
  const std::string digits = std::to_string(number);
  return Digest("sha256:" + std::string(64 - digits.size(), 'd') + digits);
}

struct Office {
  Bench bench;

  Office() { bench.set_up(); }

  // The terms of what was sent; nothing: no certificate.
  std::optional<hub::CertificateTerms> ask(int key, const std::string& named = "fra-1",
                                           SiteEpoch epoch = SiteEpoch(1)) {
    bench.take_effects();
    const bool given =
        bench.give(hub::AsksCertificate{kSite, epoch, "request", {named, key_number(key)}, hub::kCertificateLife});
    CHECK(given);
    for (const hub::Effect& effect : bench.take_effects())
      if (const auto* sent = std::get_if<hub::SendCertificate>(&effect)) return sent->terms;
    return std::nullopt;
  }
  hub::CertificateTerms held(Millis ago, SiteEpoch epoch = SiteEpoch(1)) const {
    return {kSite, epoch, std::string(32, '4'), bench.now.wall - ago - 7 * kDay, bench.now.wall - ago};
  }
  hub::Answer renew(int key, const hub::CertificateTerms& old, bool proven = true, const std::string& signing = "") {
    return bench.ask(hub::RenewSite{old, signing.empty() ? site().public_key : signing, proven, key_number(key),
                                    hub::kCertificateLife, "10.0.0.7"});
  }
  const hub::Site& site() const { return bench.hub->world().sites.at(kSite).site; }
  const std::vector<hub::CertificateRow>& rows() const {
    return bench.hub->world().sites.at(kSite).identity.certificates;
  }
  std::size_t leaves(const std::string& action, const std::string& reason = "") const {
    std::size_t count = 0;
    for (const hub::AuditRow& leaf : bench.store.audit())
      count += leaf.leaf.action == action && leaf.leaf.reason.find(reason) != std::string::npos ? 1 : 0;
    return count;
  }
};

}  // namespace

TEST_CASE("a certificate is for the site and epoch of the frame, a week long, and one leaf tells of it") {
  Office office;
  const auto terms = office.ask(1);
  REQUIRE(terms.has_value());
  CHECK(terms->site == kSite);
  CHECK(terms->site_epoch == SiteEpoch(1));
  CHECK(terms->begins == office.bench.now.wall - std::chrono::minutes(5));
  CHECK(terms->ends == office.bench.now.wall + 7 * kDay);
  CHECK(terms->serial.size() == 32);
  CHECK(std::set<char>{'4', '5', '6', '7'}.contains(terms->serial[0]));
  CHECK(office.leaves("certificate.issued", terms->serial) == 1);
  office.bench.restart();
  REQUIRE(office.rows().size() == 1);
  CHECK(office.rows()[0].serial == terms->serial);
}

TEST_CASE("asked again for the same key it is the same certificate, and nothing more is written") {
  Office office;
  const auto first = office.ask(1);
  office.bench.pass(std::chrono::hours(1));
  office.bench.restart();
  CHECK(office.ask(1) == first);
  CHECK(office.leaves("certificate.issued") == 1);
  office.bench.pass(7 * kDay);
  const auto later = office.ask(1);  // it ran out meanwhile
  REQUIRE(later.has_value());
  CHECK(later->serial != first->serial);
}

TEST_CASE("A6 a renewal that names another site, or of another epoch, is refused and no certificate exists") {
  Office office;
  CHECK_FALSE(office.ask(1, "sin-1").has_value());
  CHECK_FALSE(office.ask(1, "").has_value());
  CHECK_FALSE(office.ask(1, "fra-1", SiteEpoch(2)).has_value());
  REQUIRE(office.bench.ask(hub::MakeJoinToken{kSite, {}, key_number(9), std::chrono::hours(1), true}).ok);
  CHECK_FALSE(office.ask(1).has_value());  // its epoch is over
  CHECK(office.rows().empty());
  CHECK(office.leaves("certificate.issued") == 0);
  CHECK(office.leaves("site.bad_frame", "asks for a certificate of 'sin-1'") == 1);
  CHECK(office.leaves("site.bad_frame", "with the identity of another epoch") ==
        1);  // the 1st, 2nd and 4th have a leaf
}

TEST_CASE("A6 a site that is frozen gets no certificate") {
  Office office;
  ToySite fra(office.bench, "fra-1");
  for (const char* story : {"one", "another"})
    REQUIRE(office.bench.give(fra.frame(sync::Run{sync::Stream::events, Sequence(1), {story}})));
  CHECK_FALSE(office.ask(1).has_value());
  CHECK_FALSE(office.renew(1, office.held(Millis(0))).ok);
  CHECK(office.rows().empty());
}

TEST_CASE("a site gets six certificates a day, however it asks, and by a clock that goes back no more") {
  Office office;
  for (int i = 0; i < 6; ++i) CHECK(office.ask(i).has_value());
  CHECK_FALSE(office.ask(6).has_value());
  CHECK(office.renew(7, office.held(Millis(0))).code == Errc::exhausted);
  office.bench.restart();
  CHECK_FALSE(office.ask(6).has_value());
  CHECK(office.ask(5).has_value());  // what it has it has
  office.bench.now.wall -= 2 * kDay;
  CHECK_FALSE(office.ask(6).has_value());
  office.bench.now.wall += 2 * kDay;
  office.bench.pass(kDay);
  CHECK(office.ask(6).has_value());
  CHECK(office.leaves("site.bad_frame", "6 certificates within 24 hours") > 0);
}

TEST_CASE("over HTTPS a certificate that ran out is renewed for 90 days, with both keys, and the leaf says so") {
  Office office;
  CHECK(office.renew(1, office.held(89 * kDay)).ok);
  CHECK(office.leaves("certificate.issued", "from 10.0.0.7, 89 days after its end") == 1);
  CHECK(office.renew(2, office.held(90 * kDay - Millis(1))).ok);
  CHECK_FALSE(office.renew(3, office.held(90 * kDay)).ok);
  CHECK(office.leaves("certificate.refused", "more than 90 days ago") == 1);
  CHECK(office.rows().size() == 2);
}

TEST_CASE("A6 over HTTPS one key alone, an old epoch's, or another site's is refused, always with the same words") {
  Office office;
  const std::size_t before = office.rows().size();
  const hub::Answer unproven = office.renew(1, office.held(Millis(0)), false);
  const hub::Answer other_key = office.renew(1, office.held(Millis(0)), true, kKey);
  hub::CertificateTerms foreign = office.held(Millis(0));
  foreign.site = SiteName("nowhere");
  const hub::Answer nobody = office.renew(1, foreign);
  const hub::Answer old_epoch = office.renew(1, office.held(Millis(0), SiteEpoch(7)));
  for (const hub::Answer& answer : {unproven, other_key, nobody, old_epoch}) {
    CHECK_FALSE(answer.ok);
    CHECK(answer.what == unproven.what);
  }
  CHECK(office.rows().size() == before);
  CHECK(office.leaves("certificate.refused") == 3);  // the 1st, 2nd and 4th
  CHECK(office.leaves("certificate.issued") == 0);
}

TEST_CASE("who is enrolled anew starts without certificates of the epoch before") {
  Office office;
  REQUIRE(office.ask(1).has_value());
  REQUIRE(office.bench.ask(hub::MakeJoinToken{kSite, {}, key_number(9), std::chrono::hours(1), true}).ok);
  CHECK(office.rows().at(0).revoked == office.bench.now.wall);
  const hub::Answer joined = office.bench.ask(hub::JoinSite{kSite, key_number(9), kKey, true, "sha256:machine",
                                                            "10.0.0.7", key_number(1), hub::kCertificateLife});
  CHECK(joined.ok);
  REQUIRE(office.rows().size() == 2);
  CHECK(office.rows()[1].site_epoch == SiteEpoch(2));
  CHECK_FALSE(office.rows()[1].revoked.has_value());
}
