#include "agent/credentials/credentials.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "hub/authority/file_authority.h"
#include "shared/x509/x509.h"

// At every moment there is a pair that works: what a site shows, asks for and takes, over restarts.
namespace depops::agent {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;

const Instant kNow{std::chrono::seconds(1'790'000'000)};
constexpr Millis kDay = std::chrono::hours(24);

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// An authority, and a site that joined with it: "given.pem", "given.key".
struct Site {
  Site() {
    char name[] = "/tmp/depops-credentials-XXXXXX";
    folder = ::mkdtemp(name);
    REQUIRE(hub::authority::make_authority(at("ca.pem"), at("ca.key"), kNow).ok());
    office = hub::authority::FileAuthority::open(at("ca.pem"), at("ca.key")).value();
    const auto key = x509::PrivateKey::generate();
    REQUIRE(key.save(at("given.key")).ok());
    std::ofstream(at("given.pem")) << issue(key.request("fra-1"), kNow);
  }
  ~Site() { fs::remove_all(folder); }

  std::string at(const std::string& name) const { return folder + "/" + name; }
  std::string issue(const std::string& request, Instant begins, const std::string& site = "fra-1",
                    SiteEpoch epoch = SiteEpoch(2)) {
    std::string serial(32, '0');
    serial[0] = '4';
    serial[31] = static_cast<char>('0' + ++issued % 10);
    return office->issue(request, {SiteName(site), epoch, serial, begins, begins + 7 * kDay}).value();
  }
  std::unique_ptr<Credentials> open() {
    auto opened = Credentials::open({SiteName("fra-1"), SiteEpoch(2), at("tls"), at("given.pem"), at("given.key")});
    REQUIRE(opened.ok());
    return std::move(opened).value();
  }
  Pair given() const { return {at("given.pem"), at("given.key")}; }

  std::string folder;
  std::unique_ptr<hub::authority::FileAuthority> office;
  int issued = 0;
};

// The pair can be used: the key is the one of the certificate.
bool works(const Pair& pair) {
  const auto facts = x509::facts_of(text_of(pair.first));
  const auto key = x509::PrivateKey::load(pair.second);
  return facts.ok() && key.ok() && facts->public_der == key->public_der();
}

void renew(Site& site, Credentials& credentials, Instant begins) {
  const auto request = credentials.request();
  REQUIRE(request.ok());
  REQUIRE(credentials.take(site.issue(*request, begins)).ok());
}

}  // namespace

TEST_CASE("credentials: a new pair is in use only when the broker has let it in; the one before stays till then") {
  Site site;
  auto credentials = site.open();
  CHECK(credentials->offer() == site.given());
  credentials->let_in();
  CHECK_FALSE(credentials->settle().value());
  renew(site, *credentials, kNow + 5 * kDay);
  CHECK(credentials->current() == site.given());
  const Pair next = credentials->offer();
  CHECK(next != site.given());
  CHECK(works(next));
  CHECK_FALSE(credentials->settle().value());   // not let in yet
  CHECK(credentials->offer() == site.given());  // every second time the one that is known to work
  CHECK(credentials->offer() == next);
  credentials->let_in();
  CHECK(credentials->settle().value());
  CHECK(credentials->current() == next);
  CHECK(credentials->offer() == next);
  CHECK(works(site.given()));  // files of the settings are nobody's to remove
}

TEST_CASE("credentials: wherever a renewal breaks off, a pair that works is shown, and the same key goes on") {
  Site site;
  auto credentials = site.open();
  const std::string request = credentials->request().value();
  credentials = site.open();  // the key was made
  CHECK(credentials->offer() == site.given());
  const std::string again = credentials->request().value();
  const std::string pem = site.issue(request, kNow + 5 * kDay);
  CHECK(x509::facts_of(site.issue(again, kNow))->public_der == x509::facts_of(pem)->public_der);
  REQUIRE(credentials->take(pem).ok());
  credentials = site.open();  // the certificate was taken
  const Pair next = credentials->offer();
  CHECK(works(next));
  CHECK(next != site.given());
  CHECK(credentials->current() == site.given());
  credentials->let_in();
  REQUIRE(credentials->settle().value());
  credentials = site.open();  // it is in use
  CHECK(credentials->current() == next);
  CHECK(works(credentials->offer()));
  fs::remove(next.second);  // and somebody lost its key
  CHECK(site.open()->current() == site.given());
}

TEST_CASE("credentials: half a pair, a torn file and foreign files are passed over") {
  Site site;
  auto credentials = site.open();
  (void)credentials->request().value();
  std::ofstream(site.at("tls/1.pem")) << "-----BEGIN CERTIFICATE-----\nMIIB";
  std::ofstream(site.at("tls/current")) << "1";
  std::ofstream(site.at("tls/9x.key")) << "?";
  credentials = site.open();
  CHECK(credentials->current() == site.given());
  CHECK(credentials->offer() == site.given());
  CHECK(credentials->offer() == site.given());
}

TEST_CASE("credentials: a certificate that was not asked for, or for somebody else, is refused") {
  Site site;
  auto credentials = site.open();
  const auto other = x509::PrivateKey::generate();
  CHECK(credentials->take(site.issue(other.request("fra-1"), kNow)).error().code == Errc::refused);
  const std::string request = credentials->request().value();
  const auto trouble = [&](const std::string& pem) {
    const auto taken = credentials->take(pem);
    return taken.ok() ? std::string("taken") : taken.error().what;
  };
  CHECK_THAT(trouble(site.issue(other.request("fra-1"), kNow)), Contains("another key"));
  CHECK_THAT(trouble(site.issue(request, kNow, "sin-1")), Contains("somebody else"));
  CHECK_THAT(trouble(site.issue(request, kNow, "fra-1", SiteEpoch(1))), Contains("somebody else"));
  CHECK_THAT(trouble("hello"), Contains("can not be read"));
  CHECK(credentials->offer() == site.given());
  CHECK(trouble(site.issue(request, kNow)) == "taken");
  CHECK(trouble(site.issue(request, kNow)) == "taken");  // the answer came twice
}

TEST_CASE("credentials: keys are readable by their owner alone, and each renewal has its own") {
  Site site;
  auto credentials = site.open();
  std::set<std::string> keys;
  for (int i = 1; i <= 3; ++i) {
    renew(site, *credentials, kNow + i * kDay);
    const Pair next = credentials->offer();
    CHECK((fs::status(next.second).permissions() & fs::perms(077)) == fs::perms::none);
    keys.insert(text_of(next.second));
    credentials->let_in();
    REQUIRE(credentials->settle().value());
  }
  CHECK(keys.size() == 3);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(site.at("tls"))) files += entry.path().extension() == ".key" ? 1 : 0;
  CHECK(files == 1);  // what was before is gone
}

TEST_CASE("credentials: when it ends is told of the newest, and of nobody else's certificate") {
  Site site;
  auto credentials = site.open();
  CHECK(credentials->validity() == Validity{kNow, kNow + 7 * kDay});
  renew(site, *credentials, kNow + 5 * kDay);
  CHECK(credentials->validity() == Validity{kNow + 5 * kDay, kNow + 12 * kDay});
  auto foreign =
      Credentials::open({SiteName("fra-1"), SiteEpoch(3), site.at("tls"), site.at("given.pem"), site.at("given.key")});
  REQUIRE(foreign.ok());
  CHECK_FALSE((*foreign)->validity().has_value());  // it was enrolled anew: these are of the epoch before
}

TEST_CASE("credentials: a certificate that came in place of the given one counts when it is asked for again") {
  Site site;
  auto credentials = site.open();
  CHECK(credentials->validity() == Validity{kNow, kNow + 7 * kDay});
  const auto key = x509::PrivateKey::load(site.at("given.key")).value();
  std::ofstream(site.at("new.pem")) << site.issue(key.request("fra-1"), kNow + 2 * kDay);
  fs::rename(site.at("new.pem"), site.at("given.pem"));
  CHECK(credentials->validity() == Validity{kNow + 2 * kDay, kNow + 9 * kDay});
  std::ofstream(site.at("given.pem"), std::ios::trunc) << "torn";
  CHECK_FALSE(credentials->validity().has_value());
  fs::remove(site.at("given.pem"));
  CHECK_FALSE(credentials->validity().has_value());
}

TEST_CASE("credentials: a kept pair that lost its key is no use any more") {
  Site site;
  auto credentials = site.open();
  renew(site, *credentials, kNow + 5 * kDay);
  CHECK(credentials->validity() == Validity{kNow + 5 * kDay, kNow + 12 * kDay});
  fs::remove(credentials->offer().second);
  CHECK(credentials->validity() == Validity{kNow, kNow + 7 * kDay});
}

TEST_CASE("credentials: what somebody put where the settings point wins if it is newer") {
  Site site;
  auto credentials = site.open();
  renew(site, *credentials, kNow + 5 * kDay);
  (void)credentials->offer();
  credentials->let_in();
  REQUIRE(credentials->settle().value());
  const auto key = x509::PrivateKey::generate();
  fs::remove(site.at("given.key"));
  REQUIRE(key.save(site.at("given.key")).ok());
  std::ofstream(site.at("given.pem"), std::ios::trunc) << site.issue(key.request("fra-1"), kNow + 6 * kDay);
  CHECK(site.open()->current() == site.given());
}

TEST_CASE("credentials: a next pair that was never let in is given up when it is due itself") {
  Site site;
  auto credentials = site.open();
  renew(site, *credentials, kNow + 5 * kDay);
  const Pair never = credentials->offer();
  (void)credentials->request().value();
  CHECK_FALSE(fs::exists(never.second));
  CHECK(credentials->offer() == site.given());
}

}  // namespace depops::agent
