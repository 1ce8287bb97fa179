#include "shared/join/file_answer.h"

#include <catch2/catch.hpp>

#include "tests/support/listener.h"
#include "tests/support/samples.h"

using namespace depops;
using namespace depops::join;
using Catch::Contains;

namespace {

constexpr Instant kNow(Millis(1'790'000'000'000));
const Digest kAsked = signing::digest_of("the newest request");

struct Desk {
  tests::Listener hub = tests::make_listener({});
  FileAnswer answer = sealed(hub);
  Expected expected{SiteName("fra-1"), kAsked, hub.digest, "hub.example"};

  static FileAnswer sealed(const tests::Listener& by) {
    FileAnswer out;
    out.site = SiteName("fra-1");
    out.request = kAsked;
    out.issued = kNow - Millis(1'000);
    out.expires = kNow + Millis(600'000);
    out.said = write(tests::sample_join_answer(signing::SecretKey::generate().public_key()));
    out.authority = by.authority;
    seal(out, by.seal);
    return out;
  }
  std::string objection(Instant now = kNow) const {
    const auto judged = judge(answer, expected, now);
    if (judged) return "";
    CHECK(judged.error().code == Errc::refused);
    return judged.error().what;
  }
};

}  // namespace

TEST_CASE("an answer in a file counts if the listener whose authority was pinned signed it, and for no other site") {
  Desk desk;
  CHECK(desk.objection().empty());
  const auto carried = read_file_answer(write(desk.answer) + "\n");
  REQUIRE(carried.ok());
  desk.answer = *carried;
  CHECK(desk.objection().empty());
  desk.expected.site = SiteName("sin-1");
  CHECK_THAT(desk.objection(), Contains("for site fra-1, not for sin-1"));
}

TEST_CASE("an answer to an earlier request is none to the newest: a replayed file changes nothing") {
  Desk desk;
  desk.expected.request = signing::digest_of("asked again since");
  CHECK_THAT(desk.objection(), Contains("another request than the newest"));
}

TEST_CASE("an answer that was changed anywhere is not what the hub signed") {
  Desk desk;
  const FileAnswer good = desk.answer;
  const auto changed = [&](const auto& change) {
    desk.answer = good;
    change(desk.answer);
    return desk.objection();
  };
  CHECK_THAT(changed([](FileAnswer& a) { a.said += " "; }), Contains("not what the hub signed"));
  CHECK_THAT(changed([](FileAnswer& a) { a.expires += Millis(1); }), Contains("not what the hub signed"));
  CHECK_THAT(changed([](FileAnswer& a) { a.issued -= Millis(1); }), Contains("not what the hub signed"));
  CHECK_THAT(changed([](FileAnswer& a) { a.signature[5] = static_cast<char>(a.signature[5] ^ 1); }),
             Contains("not what the hub signed"));
  CHECK_THAT(changed([](FileAnswer& a) { a.signature.clear(); }), Contains("not what the hub signed"));
}

TEST_CASE("a forged answer names another authority, or a signer that the pinned one does not name") {
  Desk desk;
  const tests::Listener thief = tests::make_listener({.seed = 9});
  desk.answer = Desk::sealed(thief);
  CHECK_THAT(desk.objection(), Contains("another authority") && Contains(desk.hub.digest.str()));
  desk.answer.authority = desk.hub.authority;  // shown beside a certificate that it did not sign
  CHECK_THAT(desk.objection(), Contains("does not name as hub.example"));
  // Another server of the same authority, as a broker that was broken into.
  desk.answer = Desk::sealed(tests::make_listener({.name = "DNS:broker.example"}));
  CHECK_THAT(desk.objection(), Contains("does not name as hub.example") && Contains("ostname"));
  // The authority's own words, with no listener between.
  desk.answer = Desk::sealed(desk.hub);
  desk.answer.certificate = desk.hub.authority;
  CHECK_FALSE(desk.objection().empty());
}

TEST_CASE("an answer ends at its time, and so does its signer's certificate") {
  const Desk desk;
  CHECK(desk.objection(desk.answer.expires - Millis(1)).empty());
  CHECK_THAT(desk.objection(desk.answer.expires), Contains("ran out 0 minutes ago"));
  CHECK_THAT(desk.objection(desk.answer.expires + std::chrono::hours(5)), Contains("ran out 5 hours ago"));
  CHECK_THAT(desk.objection(Instant()), Contains("clock"));  // a machine that does not know the time
  CHECK_THAT(desk.objection(kNow + std::chrono::hours(24 * 365)), Contains("clock"));
}

TEST_CASE("an answer in a file that is cut, empty, too long or of wrong kinds is refused by its member") {
  const std::string good = write(Desk().answer);
  for (std::size_t part = 0; part < 8; ++part)
    CHECK_FALSE(read_file_answer(good.substr(0, good.size() * part / 8)).ok());
  CHECK_FALSE(read_file_answer(std::string(kFileAnswerMax + 1, ' ')).ok());
  for (const char* name :
       {"site", "request", "issuedMs", "expiresMs", "said", "authority", "certificate", "signature"}) {
    std::string text = good;
    const std::string member = "\"" + std::string(name) + "\":";
    text.replace(text.find(member), member.size(), "\"x\":");
    const auto read = read_file_answer(text);
    INFO(name);
    REQUIRE_FALSE(read.ok());
    CHECK_THAT(read.error().what, Contains(name));
  }
}
