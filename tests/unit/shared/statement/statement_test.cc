#include "shared/statement/statement.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "shared/trust/verify_desired.h"
#include "shared/wire/trust.h"
#include "tests/support/samples.h"

namespace depops::statement {
namespace {

using signing::SecretKey;

using tests::sample_statement;

trust::TrustRoot root_of(const SecretKey& alice) {
  trust::TrustRoot root;
  root.approver.holders = {{wire::key_of(alice.public_key()), trust::Person("alice"), {true, {}}}};
  root.policies = {{trust::Tier::production, 1}};
  return root;
}

trust::Votes votes(const trust::TrustRoot& root, const trust::Approval& approval) {
  const trust::Statement told = sample_statement();
  return trust::count_votes(root, told.subject, trust::Person("bob"), {approval}, told.not_before, wire::holds);
}

std::string mistake(std::string text, const std::string& from, const std::string& to) {
  const auto place = text.find(from);
  REQUIRE(place != std::string::npos);
  const auto decoded = decode(text.replace(place, from.size(), to));
  return decoded.ok() ? "" : decoded.error().what;
}

void flip(std::string& bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
}

}  // namespace

TEST_CASE("an approval is an in-toto statement in a DSSE envelope that counts for its signer") {
  const SecretKey alice = SecretKey::generate();
  const std::string file = sign(sample_statement(), alice);
  const auto envelope = json::parse(file);
  REQUIRE(envelope.ok());
  REQUIRE((*envelope)["payloadType"].as_string() == "application/vnd.in-toto+json");
  const auto payload = json::parse(signing::from_base64((*envelope)["payload"].as_string()).value());
  REQUIRE((*payload)["_type"].as_string() == "https://in-toto.io/Statement/v1");
  REQUIRE("sha256:" + (*payload)["subject"].items()[0]["digest"]["sha256"].as_string() ==
          sample_statement().subject.release.str());

  const trust::Approval approval = read(file);
  REQUIRE(approval.statement == sample_statement());
  REQUIRE(votes(root_of(alice), approval).enough());
  REQUIRE_FALSE(votes(root_of(SecretKey::generate()), approval).enough());
}

TEST_CASE("break-glass is a statement of another kind and comes back as such") {
  trust::Statement emergency = sample_statement();
  emergency.break_glass = true;
  emergency.decision = trust::Decision::approve;
  REQUIRE(decode(encode(emergency)).value() == emergency);
  trust::Statement no = sample_statement();
  no.decision = trust::Decision::reject;
  REQUIRE(decode(encode(no)).value() == no);
}

TEST_CASE("A9 any flipped bit in what was signed or in the signature makes an approval count for nothing") {
  const SecretKey alice = SecretKey::generate();
  const trust::TrustRoot root = root_of(alice);
  const trust::Approval good = read(sign(sample_statement(), alice));
  REQUIRE(rc::check("a bit of the statement", [&] {
    trust::Approval altered = good;
    flip(altered.document.body, *rc::gen::inRange<std::size_t>(0, good.document.body.size() * 8));
    RC_ASSERT_FALSE(votes(root, altered).enough());
  }));
  for (std::size_t bit = 0; bit < 64 * 8; ++bit) {
    trust::Approval altered = good;
    flip(altered.document.signatures[0].bytes, bit);
    REQUIRE_FALSE(votes(root, altered).enough());
  }
}

TEST_CASE("A9 any flipped bit in an approval's file is refused or was none of what was signed") {
  const SecretKey alice = SecretKey::generate();
  const trust::TrustRoot root = root_of(alice);
  const std::string file = sign(sample_statement(), alice);
  REQUIRE(rc::check("a bit of the file", [&] {
    std::string altered = file;
    flip(altered, *rc::gen::inRange<std::size_t>(0, file.size() * 8));
    const trust::Approval approval = read(altered);
    if (votes(root, approval).enough()) RC_ASSERT(approval.statement == std::optional(sample_statement()));
  }));
}

TEST_CASE("A17 a statement that is signed as bytes of another kind counts for nothing") {
  const SecretKey alice = SecretKey::generate();
  trust::Approval approval = read(sign(sample_statement(), alice));
  approval.document.signatures[0].bytes = alice.sign(trust::kDesiredType, approval.document.body);
  REQUIRE(trust::objection_to(votes(root_of(alice), approval), sample_statement().subject)->code ==
          trust::Refusal::approval_key);
  approval.document.type = trust::kDesiredType;
  REQUIRE(trust::objection_to(votes(root_of(alice), approval), sample_statement().subject)->code ==
          trust::Refusal::payload_type);
}

TEST_CASE("what is wrong with a statement is named") {
  const std::string good = encode(sample_statement());
  REQUIRE(mistake(good, "Statement/v1", "Statement/v2") == "approval: not an in-toto statement of version 1");
  REQUIRE_THAT(mistake(good, "urn:depops:approval:v1", "urn:other"), Catch::Contains("another kind: urn:other"));
  REQUIRE_THAT(mistake(good, "\"plan\"", "\"plam\""), Catch::Contains("two subjects"));
  REQUIRE_THAT(mistake(good, sample_statement().subject.plan.str().substr(7), "beef"), Catch::Contains("sha256"));
  REQUIRE_THAT(mistake(good, "\"approve\"", "\"maybe\""), Catch::Contains("decision"));
  REQUIRE_THAT(mistake(good, "\"production\"", "\"Prod uction\""), Catch::Contains("not a name"));
  REQUIRE_THAT(mistake(good, "\"alice\"", "\"\""), Catch::Contains("no person"));
  REQUIRE_THAT(mistake(good, "1790000600000", "-1"), Catch::Contains("notAfterMs"));
  REQUIRE_THAT(mistake(good, "1790000600000", "1e99"), Catch::Contains("notAfterMs"));
  REQUIRE_THAT(mistake(good, "looked", std::string(1'000, 'x')), Catch::Contains("1000 bytes"));
  REQUIRE_FALSE(mistake(good, "{", "[").empty());
}

TEST_CASE("A21 a large envelope, one without signatures and one with thousands are refused unread") {
  REQUIRE_THAT(read(std::string(kEnvelopeMax + 1, ' ')).flaw, Catch::Contains("16 KiB"));
  REQUIRE_FALSE(read(std::string(kEnvelopeMax, '[')).statement.has_value());
  REQUIRE_THAT(read(R"({"payloadType":"t","payload":"","signatures":[]})").flaw, Catch::Contains("1 to 16"));
  std::string many = R"({"payloadType":"t","payload":"","signatures":[{})";
  for (int i = 0; i < 1'000; ++i) many += ",{}";
  REQUIRE_THAT(read(many + "]}").flaw, Catch::Contains("1 to 16"));
  REQUIRE_THAT(read(R"({"payload":"a b=","signatures":[{"sig":""}]})").flaw, Catch::Contains("base64"));
  REQUIRE_FALSE(read("").flaw.empty());
}

}  // namespace depops::statement
