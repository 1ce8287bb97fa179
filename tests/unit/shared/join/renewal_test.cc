#include "shared/join/renewal.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hub/authority/file_authority.h"

using namespace depops;

namespace {

// A certificate, its key and the site's signing key.
struct Holder {
  Holder() {
    char name[] = "/tmp/depops-renewal-XXXXXX";
    const std::string folder = ::mkdtemp(name);
    const Instant now(Millis(1'790'000'000'000));
    REQUIRE(hub::authority::make_authority(folder + "/ca", folder + "/key", now).ok());
    const auto office = hub::authority::FileAuthority::open(folder + "/ca", folder + "/key").value();
    certificate = office
                      ->issue(tls.request("fra-1"),
                              {SiteName("fra-1"), SiteEpoch(1), std::string(32, '4'), now, now + Millis(600'000)})
                      .value();
    std::filesystem::remove_all(folder);
  }
  join::Renewal ask() const { return join::ask_renewal(certificate, next.request("fra-1"), tls, signing); }

  x509::PrivateKey tls = x509::PrivateKey::generate();
  x509::PrivateKey next = x509::PrivateKey::generate();
  signing::SecretKey signing = signing::SecretKey::generate();
  std::string certificate;
};

}  // namespace

TEST_CASE("a renewal is proven by both keys, for exactly what was asked") {
  const Holder holder;
  const Holder other;
  const join::Renewal good = holder.ask();
  CHECK(join::proven(good));
  const join::Renewal theirs = other.ask();
  for (auto part : {&join::Renewal::certificate, &join::Renewal::certificate_request, &join::Renewal::tls_proof,
                    &join::Renewal::signing_proof}) {
    join::Renewal changed = good;
    changed.*part = theirs.*part;
    CHECK_FALSE(join::proven(changed));
    changed.*part = "";
    CHECK_FALSE(join::proven(changed));
  }
  join::Renewal changed = good;
  changed.signing_key = theirs.signing_key;
  CHECK_FALSE(join::proven(changed));
}

TEST_CASE("a renewal and its answer are read as they were written, and nothing else is") {
  const Holder holder;
  const join::Renewal good = holder.ask();
  const auto read = join::read_renewal(join::write(good));
  REQUIRE(read.ok());
  CHECK(join::proven(*read));
  CHECK(join::write(*read) == join::write(good));
  CHECK(join::read_certificate(join::write_certificate(holder.certificate)).value() == holder.certificate);
  for (const std::string& text : {std::string("{}"), std::string("[]"), "{\"x\":1," + join::write(good).substr(1),
                                  std::string(join::kRequestMax + 1, ' ')})
    CHECK_FALSE(join::read_renewal(text).ok());
  CHECK_FALSE(join::read_certificate("{}").ok());
}
