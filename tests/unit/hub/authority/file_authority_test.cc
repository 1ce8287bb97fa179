#include "hub/authority/file_authority.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "shared/signing/signing.h"
#include "shared/spawn/run_program.h"
#include "shared/x509/x509.h"

using namespace depops;
using namespace depops::hub;
using Catch::Contains;

namespace {

const Instant kNow =
    std::chrono::floor<Millis>(std::chrono::sys_days(std::chrono::year(2026) / 11 / 26)) + std::chrono::hours(6);

struct Folder {
  Folder() {
    char name[] = "/tmp/depops-authority-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string at(const std::string& name) const { return path + "/" + name; }
  std::string path;
};

struct Sites : Folder {
  Sites() {
    REQUIRE(authority::make_authority(at("ca.pem"), at("ca.key"), kNow).ok());
    auto opened = authority::FileAuthority::open(at("ca.pem"), at("ca.key"));
    REQUIRE(opened.ok());
    office = std::move(opened).value();
  }
  std::unique_ptr<authority::FileAuthority> office;
};

CertificateTerms terms(const std::string& site, SiteEpoch epoch = SiteEpoch(1), char last = '0') {
  return {SiteName(site), epoch, "4" + std::string(30, 'a') + last, kNow - std::chrono::minutes(5),
          kNow + std::chrono::hours(24 * 7)};
}

}  // namespace

TEST_CASE("a certificate names one site by one common name and one epoch, for clients, as the terms say") {
  const Sites sites;
  const auto key = x509::PrivateKey::generate();
  const auto issued = sites.office->issue(key.request("fra-1"), terms("fra-1", SiteEpoch(3)));
  REQUIRE(issued.ok());
  const auto facts = x509::facts_of(*issued);
  REQUIRE(facts.ok());
  CHECK(facts->common_names == std::vector<std::string>{"fra-1"});
  CHECK(facts->subject_parts == 1);
  CHECK(facts->uris == std::vector<std::string>{"urn:depops:site:fra-1:e3"});
  CHECK(facts->other_names == 0);
  CHECK(facts->purposes == std::vector<std::string>{"clientAuth"});
  CHECK_FALSE(facts->authority);
  CHECK(facts->public_der == key.public_der());
  CHECK(facts->not_before == kNow - std::chrono::minutes(5));
  CHECK(facts->not_after == kNow + std::chrono::hours(24 * 7));
  CHECK(facts->serial == "4" + std::string(30, 'a') + "0");
  CHECK(sites.office->read(*issued).value() == terms("fra-1", SiteEpoch(3)));
  CHECK(x509::signed_by(*issued, authority::read_pem_file(sites.at("ca.pem")).value()));
}

TEST_CASE("a certificate has the serial number that was decided for it") {
  const Sites sites;
  const std::string request = x509::PrivateKey::generate().request("x");
  const auto issue = [&](char last) {
    return sites.office->issue(request, terms("fra-1", SiteEpoch(1), last)).value();
  };
  CHECK(issue('1') != issue('2'));
  CHECK(x509::facts_of(issue('1'))->serial == x509::facts_of(issue('1'))->serial);
}

TEST_CASE("A4 no certificate is issued for a name that would open another site's topics") {
  const Sites sites;
  const std::string request = x509::PrivateKey::generate().request("site-a");
  const std::string names[] = {"site-a/up",
                               "+",
                               "#",
                               "..",
                               "",
                               "site-a\nCN=hub",
                               "-a",
                               "a-",
                               "SITE",
                               "s*",
                               "$SYS",
                               "a b",
                               std::string(64, 'a'),
                               "s\xd1\x96te-a",  // a Cyrillic letter that looks like an i
                               std::string("site-a\0x", 8),
                               "site-a,CN=hub",
                               "hub",
                               "admin",
                               "all"};
  for (const std::string& name : names) {
    const auto issued = sites.office->issue(request, terms(name));
    INFO(name);
    REQUIRE_FALSE(issued.ok());
    CHECK(issued.error().code == Errc::refused);
  }
}

TEST_CASE("A5 of a request only the key counts, whatever subject it asks for") {
  const Sites sites;
  const auto key = x509::PrivateKey::generate();
  for (const char* asked : {"hub", "sin-1", "site-a/up", "#"}) {
    const auto issued = sites.office->issue(key.request(asked), terms("fra-1"));
    REQUIRE(issued.ok());
    CHECK(x509::facts_of(*issued)->common_names == std::vector<std::string>{"fra-1"});
  }
}

TEST_CASE("a request that was changed, is none, or is too long is refused") {
  const Sites sites;
  std::string request = x509::PrivateKey::generate().request("fra-1");
  CHECK(sites.office->check(request).ok());
  std::string other = request;
  const std::size_t middle = other.size() / 2;
  other[middle] = other[middle] == 'A' ? 'B' : 'A';
  for (const std::string& wrong : {other, std::string("hello"), std::string(), request.substr(0, 200),
                                   request + std::string(x509::kPemMax, ' ')}) {
    CHECK_FALSE(sites.office->check(wrong).ok());
    CHECK_FALSE(sites.office->issue(wrong, terms("fra-1")).ok());
  }
}

TEST_CASE("an authority is opened only whole: its own key, readable by nobody else, allowed to sign") {
  const Sites sites;
  const Sites others;
  const auto trouble = [](const std::string& certificate, const std::string& key) {
    const auto opened = authority::FileAuthority::open(certificate, key);
    return opened.ok() ? std::string() : opened.error().what;
  };
  CHECK_THAT(trouble(sites.at("ca.pem"), others.at("ca.key")), Contains("is not the key of"));
  CHECK_THAT(trouble(sites.at("ca.pem"), sites.at("none.key")), Contains("none.key"));
  CHECK_THAT(trouble(sites.at("none.pem"), sites.at("ca.key")), Contains("none.pem"));
  std::filesystem::permissions(sites.at("ca.key"), std::filesystem::perms(0644));
  CHECK_THAT(trouble(sites.at("ca.pem"), sites.at("ca.key")), Contains("0600"));
  const auto key = x509::PrivateKey::generate();
  REQUIRE(key.save(others.at("site.key")).ok());
  std::ofstream(others.at("site.pem")) << others.office->issue(key.request("fra-1"), terms("fra-1")).value();
  CHECK_THAT(trouble(others.at("site.pem"), others.at("site.key")), Contains("is no authority"));
}

TEST_CASE("an authority is made once and never over another one's key") {
  const Sites sites;
  const auto again = authority::make_authority(sites.at("ca.pem"), sites.at("ca.key"), kNow);
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == Errc::exists);
  CHECK(authority::FileAuthority::open(sites.at("ca.pem"), sites.at("ca.key")).ok());
}

TEST_CASE("A6 what a request asks for is read whole: a name, and nothing beside it") {
  const Sites sites;
  const auto key = x509::PrivateKey::generate();
  const auto facts = sites.office->check(key.request("fra-1"));
  REQUIRE(facts.ok());
  CHECK(facts->common_name == "fra-1");
  CHECK(facts->key == signing::digest_of(key.public_der()));
  CHECK(sites.office->check(key.request("sin-1"))->common_name == "sin-1");
  CHECK(sites.office->check(key.request("sin-1"))->key == facts->key);
}

TEST_CASE("A6 a certificate of another authority is none of ours, whatever it says") {
  const Sites sites;
  const Sites others;
  const auto key = x509::PrivateKey::generate();
  const std::string foreign = others.office->issue(key.request("fra-1"), terms("fra-1")).value();
  CHECK(sites.office->read(foreign).error().code == Errc::refused);
  CHECK(sites.office->read("hello").error().code == Errc::refused);
  CHECK_FALSE(sites.office->read(authority::read_pem_file(sites.at("ca.pem")).value()).ok());
}

TEST_CASE("a list of revoked certificates is what openssl takes it for: those on it count no longer, the others do") {
  const Sites sites;
  const auto key = x509::PrivateKey::generate();
  const auto write = [&](const std::string& name, const std::string& text) { std::ofstream(sites.at(name)) << text; };
  write("good.pem", sites.office->issue(key.request("fra-1"), terms("fra-1", SiteEpoch(1), '1')).value());
  write("bad.pem", sites.office->issue(key.request("fra-1"), terms("fra-1", SiteEpoch(1), '2')).value());
  const auto list = sites.office->revocations({{terms("fra-1", SiteEpoch(1), '2').serial, kNow}}, kNow,
                                              kNow + std::chrono::hours(24 * 30));
  REQUIRE(list.ok());
  write("list.pem", *list);
  const auto verify = [&](const std::string& name, Millis later) {
    const auto at_time = std::chrono::duration_cast<std::chrono::seconds>((kNow + later).time_since_epoch()).count();
    Program program;
    program.words = {"/usr/bin/openssl", "verify",           "-attime",  std::to_string(at_time), "-crl_check",
                     "-CAfile",          sites.at("ca.pem"), "-CRLfile", sites.at("list.pem"),    sites.at(name)};
    const auto ended = run_program(std::move(program), {Millis(20'000), 10'000});
    REQUIRE(ended.ok());
    return ended->status == 0;
  };
  CHECK(verify("good.pem", Millis(0)));
  CHECK_FALSE(verify("bad.pem", Millis(0)));
  CHECK(verify("good.pem", std::chrono::hours(24 * 6)));
}
