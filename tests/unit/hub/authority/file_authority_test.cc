#include "hub/authority/file_authority.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

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

}  // namespace

TEST_CASE("a certificate names one site by one common name and one epoch, for clients, for 180 days") {
  const Sites sites;
  const auto key = x509::PrivateKey::generate();
  const auto issued = sites.office->issue(SiteName("fra-1"), SiteEpoch(3), key.request("fra-1"), kNow);
  REQUIRE(issued.ok());
  const auto facts = x509::facts_of(issued->pem);
  REQUIRE(facts.ok());
  CHECK(facts->common_names == std::vector<std::string>{"fra-1"});
  CHECK(facts->subject_parts == 1);
  CHECK(facts->uris == std::vector<std::string>{"urn:depops:site:fra-1:e3"});
  CHECK(facts->other_names == 0);
  CHECK(facts->purposes == std::vector<std::string>{"clientAuth"});
  CHECK_FALSE(facts->authority);
  CHECK(facts->public_der == key.public_der());
  CHECK(facts->not_before == kNow - std::chrono::minutes(5));
  CHECK(facts->not_after == kNow + std::chrono::hours(24 * 180));
  CHECK(issued->not_after == facts->not_after);
  CHECK(x509::signed_by(issued->pem, authority::read_pem_file(sites.at("ca.pem")).value()));
}

TEST_CASE("two certificates have different serial numbers, and so different bytes") {
  const Sites sites;
  const std::string request = x509::PrivateKey::generate().request("x");
  const auto issue = [&] { return sites.office->issue(SiteName("fra-1"), SiteEpoch(1), request, kNow).value().pem; };
  CHECK(issue() != issue());
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
    const auto issued = sites.office->issue(SiteName(name), SiteEpoch(1), request, kNow);
    INFO(name);
    REQUIRE_FALSE(issued.ok());
    CHECK(issued.error().code == Errc::refused);
  }
}

TEST_CASE("A5 of a request only the key counts, whatever subject it asks for") {
  const Sites sites;
  const auto key = x509::PrivateKey::generate();
  for (const char* asked : {"hub", "sin-1", "site-a/up", "#"}) {
    const auto issued = sites.office->issue(SiteName("fra-1"), SiteEpoch(1), key.request(asked), kNow);
    REQUIRE(issued.ok());
    CHECK(x509::facts_of(issued->pem)->common_names == std::vector<std::string>{"fra-1"});
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
    CHECK_FALSE(sites.office->issue(SiteName("fra-1"), SiteEpoch(1), wrong, kNow).ok());
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
  std::ofstream(others.at("site.pem"))
      << others.office->issue(SiteName("fra-1"), SiteEpoch(1), key.request("fra-1"), kNow).value().pem;
  CHECK_THAT(trouble(others.at("site.pem"), others.at("site.key")), Contains("is no authority"));
}

TEST_CASE("an authority is made once and never over another one's key") {
  const Sites sites;
  const auto again = authority::make_authority(sites.at("ca.pem"), sites.at("ca.key"), kNow);
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().code == Errc::exists);
  CHECK(authority::FileAuthority::open(sites.at("ca.pem"), sites.at("ca.key")).ok());
}
