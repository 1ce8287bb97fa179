#include "shared/join/join.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/support/samples.h"

using namespace depops;
using namespace depops::join;

namespace {

Request request() {
  Request out;
  out.site = SiteName("fra-1");
  out.token = new_token();
  out.certificate_request = "-----BEGIN CERTIFICATE REQUEST-----";
  out.fingerprint = signing::digest_of("machine").str();
  return out;
}

Answer answer() { return tests::sample_join_answer(signing::SecretKey::generate().public_key()); }

}  // namespace

TEST_CASE("tokens have 256 random bits in letters that need no quotes, and never come twice") {
  std::set<std::string> all;
  for (int i = 0; i < 1'000; ++i) {
    const std::string token = new_token();
    CHECK(token.starts_with(kTokenPrefix));
    CHECK(token.size() == kTokenPrefix.size() + 43);
    CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
          std::string::npos);
    all.insert(token);
  }
  CHECK(all.size() == 1'000);
}

TEST_CASE("the proof holds for exactly what was asked, and for nothing that was exchanged") {
  const auto key = signing::SecretKey::generate();
  Request asked = request();
  prove(asked, key);
  CHECK(proven(asked));
  const auto changed = [&](const auto& change) {
    Request other = asked;
    change(other);
    return proven(other);
  };
  CHECK_FALSE(changed([](Request& r) { r.site = SiteName("sin-1"); }));
  CHECK_FALSE(changed([](Request& r) { r.token += "x"; }));
  CHECK_FALSE(changed([](Request& r) { r.certificate_request += "\n"; }));
  CHECK_FALSE(changed([](Request& r) { r.fingerprint = signing::digest_of("another").str(); }));
  CHECK_FALSE(changed([](Request& r) { r.signing_key = signing::SecretKey::generate().public_key(); }));
  CHECK_FALSE(changed([](Request& r) { r.proof[10] = static_cast<char>(r.proof[10] ^ 1); }));
  CHECK_FALSE(changed([](Request& r) { r.proof.clear(); }));
}

TEST_CASE("request and answer are read as they were written") {
  Request asked = request();
  prove(asked, signing::SecretKey::generate());
  const auto read = read_request(write(asked));
  REQUIRE(read.ok());
  CHECK(read->site == asked.site);
  CHECK(read->token == asked.token);
  CHECK(proven(*read));
  const Answer told = answer();
  const auto heard = read_answer(write(told));
  REQUIRE(heard.ok());
  CHECK(heard->environment == told.environment);
  CHECK(heard->site_epoch == told.site_epoch);
  CHECK(heard->hub_key == told.hub_key);
  CHECK(heard->trust_root == told.trust_root);
  CHECK(heard->floors.generation == told.floors.generation);
  CHECK(heard->floors.hub_epoch == told.floors.hub_epoch);
  CHECK(heard->floors.trust_version == told.floors.trust_version);
  CHECK(heard->floors.time == told.floors.time);
}

TEST_CASE("what is wrong in a request is named by its member; the token is never repeated") {
  Request asked = request();
  prove(asked, signing::SecretKey::generate());
  const std::string good = write(asked);
  const auto trouble = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    const auto read = read_request(text.replace(at, from.size(), to));
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().code == Errc::invalid);
    CHECK(read.error().what.find(asked.token) == std::string::npos);
    return read.error().what;
  };
  CHECK(trouble("\"fra-1\"", "\"fra-1/up\"").find("site") == 0);
  CHECK(trouble("\"fra-1\"", "7").find("site") == 0);
  CHECK(trouble("\"proof\":\"", "\"proof\":\"***").find("proof") == 0);
  CHECK(trouble("depops-ed25519-public", "rsa").find("signingKey") == 0);
  CHECK(trouble("\"sha256:", "\"md5:").find("fingerprint") == 0);
  CHECK(trouble("\"proof\":", "\"admin\":true,\"proof\":").find("admin") != std::string::npos);
  CHECK(trouble("\"proof\":", "\"site\":\"a\",\"proof\":").find("site") != std::string::npos);  // a name twice
  CHECK(trouble("-----BEGIN", std::string(kCertificateRequestMax, '-')).find("certificateRequest") == 0);
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), std::string(kRequestMax + 1, ' ')})
    CHECK_FALSE(read_request(text).ok());
}

TEST_CASE("a number that no clock and no counter reaches is refused by its name") {
  for (const char* name : {"timeMs", "generation", "hubEpoch", "trustVersion", "siteEpoch"}) {
    for (const char* number : {"9223372036854775808", "18446744073709551615", "4611686018427387905", "-1", "1.5"}) {
      std::string text = write(answer());
      const std::size_t at = text.find(std::string("\"") + name + "\":") + std::string(name).size() + 3;
      const auto read = read_answer(text.replace(at, text.find_first_of(",}", at) - at, number));
      INFO(name << ": " << number);
      REQUIRE_FALSE(read.ok());
      CHECK(read.error().what.find(name) != std::string::npos);
    }
  }
}

TEST_CASE("an answer of a newer hub is read, one with a missing part is not") {
  std::string text = write(answer());
  CHECK(read_answer("{\"more\":1," + text.substr(1)).ok());
  for (const char* name :
       {"site", "siteEpoch", "certificate", "infraCa", "brokerUrl", "hubKey", "floors", "generation"}) {
    std::string other = text;
    other.replace(other.find("\"" + std::string(name) + "\""), std::string(name).size() + 2, "\"x\"");
    INFO(name);
    CHECK_FALSE(read_answer(other).ok());
  }
}
