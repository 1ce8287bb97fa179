#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "shared/signing/signing.h"
#include "shared/trust/verify_desired.h"
#include "shared/wire/trust.h"

// Trust roots with real keys and as the bytes that travel.
namespace depops::wire {
namespace {

using signing::SecretKey;

trust::Holder holder_of(const SecretKey& key, const std::string& person) {
  return {key_of(key.public_key()), trust::Person(person), {true, {}}};
}

struct People {
  SecretKey ann = SecretKey::generate();
  SecretKey ben = SecretKey::generate();
  SecretKey hub = SecretKey::generate();
  SecretKey alice = SecretKey::generate();
  SecretKey bob = SecretKey::generate();

  trust::TrustRoot root(std::uint64_t version) const {
    trust::TrustRoot root;
    root.version = trust::TrustVersion(version);
    root.issued = Instant(Millis(1'000));
    root.expires = Instant(Millis(2'000));
    root.root = {2, {holder_of(ann, "ann"), holder_of(ben, "ben")}};
    root.hub_release = {1, {holder_of(hub, "hub")}};
    root.approver = {1, {holder_of(alice, "alice"), holder_of(bob, "bob")}};
    root.approver.holders[1].scope = {false, {EnvironmentName("production")}};
    root.environments = {{EnvironmentName("production"), trust::Tier::production},
                         {EnvironmentName("staging"), trust::Tier::staging}};
    root.policies = {{trust::Tier::staging, 1}};
    root.revoked = {KeyId("0123456789abcdef")};
    root.log_keys = {"hub.example/log+1+x"};
    root.resets = {{SiteName("fra-1"), Generation(9)}};
    return root;
  }

  std::string frame(const trust::TrustRoot& root) const {
    trust::Signed document{std::string(trust::kTrustRootType), encode_trust_root(root), {}};
    for (const SecretKey* key : {&ann, &ben}) {
      document.signatures.push_back({key->id(), key->sign(document.type, document.body)});
    }
    return sealed(document);
  }
};

}  // namespace

TEST_CASE("a trust root comes back from its bytes as it was") {
  const People people;
  const auto read = read_trust_root(people.frame(people.root(4)));
  REQUIRE(read.ok());
  REQUIRE(read->root == people.root(4));
  REQUIRE(trust::check(read->root).ok());
  REQUIRE_FALSE(trust::objection_to_first(*read, read->digest, holds).has_value());
  const auto next = read_trust_root(people.frame(people.root(5)));
  REQUIRE_FALSE(trust::objection_to_next(*read, *next, holds).has_value());
}

TEST_CASE("A9 any flipped bit in a trust root is refused") {
  const People people;
  const auto current = read_trust_root(people.frame(people.root(4))).value();
  const trust::TrustRoot wanted = people.root(5);
  const std::string frame = people.frame(wanted);
  REQUIRE(rc::check("a bit of the frame", [&] {
    std::string altered = frame;
    const auto bit = *rc::gen::inRange<std::size_t>(0, frame.size() * 8);
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    const auto read = read_trust_root(altered);
    // A hint for a key may be hit: it decides nothing. A hit of the version makes it the one that is believed already.
    if (!read.ok() || trust::objection_to_next(current, *read, holds)) return;
    RC_ASSERT(read->root == wanted || read->root == current.root);
  }));
  const auto read = read_trust_root(frame).value();
  for (std::size_t bit = 0; bit < read.document.body.size() * 8; bit += 7) {
    trust::SignedRoot altered = read;
    altered.document.body[bit / 8] = static_cast<char>(altered.document.body[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE(trust::objection_to_next(current, altered, holds)->code == trust::Refusal::signature);
  }
}

TEST_CASE("A17 a trust root that was signed as something else is refused") {
  const People people;
  trust::Signed document{std::string(trust::kTrustRootType), encode_trust_root(people.root(4)), {}};
  for (const SecretKey* key : {&people.ann, &people.ben}) {
    document.signatures.push_back({key->id(), key->sign(trust::kDesiredType, document.body)});
  }
  const auto read = read_trust_root(sealed(document)).value();
  REQUIRE(trust::objection_to_first(read, read.digest, holds)->code == trust::Refusal::signature);
}

TEST_CASE("A21 rubbish, a large trust root and a key of another size are refused by name") {
  REQUIRE(decode_trust_root("garbage").error().code == Errc::corrupt);
  REQUIRE_THAT(decode_trust_root(std::string(kTrustRootMax + 1, 'x')).error().what, Catch::Contains("256 KiB"));
  REQUIRE_FALSE(trust::check(decode_trust_root("").value()).ok());
  const People people;
  trust::TrustRoot many = people.root(4);
  many.approver.holders.assign(trust::kHoldersMax + 1, many.approver.holders[0]);
  REQUIRE_THAT(decode_trust_root(encode_trust_root(many)).error().what, Catch::Contains("approver"));
}

}  // namespace depops::wire
