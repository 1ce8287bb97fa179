#include "shared/wire/seal.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "shared/wire/limits.h"
#include "shared/wire/topics.h"

namespace depops::wire {

using signing::SecretKey;

TEST_CASE("a sealed frame opens with its key and gives back the very bytes") {
  const SecretKey key = SecretKey::generate();
  const std::vector<signing::PublicKey> keys = {SecretKey::generate().public_key(), key.public_key()};
  const std::string body("\0body\xff", 6);
  const auto opened = open(kBodyType, seal(kBodyType, body, key), keys);
  REQUIRE(opened.ok());
  REQUIRE(opened.value().body == body);
  REQUIRE(opened.value().signers == std::vector<KeyId>{key.id()});
}

TEST_CASE("another key, another type or another byte does not open") {
  const SecretKey key = SecretKey::generate();
  const std::vector<signing::PublicKey> keys = {key.public_key()};
  const std::string frame = seal(kBodyType, "body", key);
  REQUIRE(open(kDesiredType, frame, keys).error().code == Errc::refused);
  const std::vector<signing::PublicKey> others = {SecretKey::generate().public_key()};
  REQUIRE(open(kBodyType, frame, others).error().code == Errc::refused);
  REQUIRE(open(kBodyType, frame, {}).error().code == Errc::refused);
  REQUIRE(rc::check("one altered byte", [&] {
    std::string altered = frame;
    const auto place = *rc::gen::inRange<std::size_t>(0, altered.size());
    const auto bit = *rc::gen::inRange(0, 8);
    altered[place] = static_cast<char>(altered[place] ^ (1 << bit));
    const auto opened = open(kBodyType, altered, keys);
    if (opened.ok()) RC_ASSERT(opened.value().body == "body");  // the hint was hit, or an unknown field appeared
  }));
}

TEST_CASE("the key id is a hint: wrong ones do no harm, and none helps") {
  const SecretKey key = SecretKey::generate();
  const SecretKey other = SecretKey::generate();
  const std::vector<signing::PublicKey> keys = {key.public_key(), other.public_key()};
  const Signature mislabelled{other.id(), key.sign(kBodyType, "body")};
  REQUIRE(open(kBodyType, seal("body", std::span(&mislabelled, 1)), keys).value().signers ==
          std::vector<KeyId>{key.id()});
  const Signature forged{key.id(), SecretKey::generate().sign(kBodyType, "body")};
  REQUIRE_FALSE(open(kBodyType, seal("body", std::span(&forged, 1)), keys).ok());
}

TEST_CASE("the same key twice counts once, many signatures are refused") {
  const SecretKey key = SecretKey::generate();
  const std::vector<signing::PublicKey> keys = {key.public_key()};
  const std::vector<Signature> two(2, Signature{key.id(), key.sign(kBodyType, "body")});
  REQUIRE(open(kBodyType, seal("body", two), keys).value().signers.size() == 1);
  const std::vector<Signature> many(kSignaturesMax + 1, two[0]);
  REQUIRE(open(kBodyType, seal("body", many), keys).error().code == Errc::invalid);
  REQUIRE(open(kBodyType, std::string(kFrameMax + 1, 'x'), keys).error().code == Errc::invalid);
  REQUIRE(open(kBodyType, "garbage", keys).error().code == Errc::corrupt);
  REQUIRE(unverified_body(seal("shown", {})).value() == "shown");
}

TEST_CASE("topics name site and channel, and nothing else is one of ours") {
  for (const Channel channel : {Channel::down_desired, Channel::down_message, Channel::up_control, Channel::up_events,
                                Channel::up_audit, Channel::up_telemetry, Channel::up_presence}) {
    REQUIRE(parse_topic(topic_of(channel, SiteName("fra-1"))) == Topic{channel, SiteName("fra-1")});
  }
  REQUIRE(topic_of(Channel::up_events, SiteName("fra-1")) == "depops/v1/fra-1/up/ev");
  REQUIRE(every_site(Channel::up_audit) == "depops/v1/+/up/audit");
  REQUIRE(parse_topic("depops/v1/all/hub") == Topic{Channel::hub_state, SiteName()});
  for (const char* bad : {"", "depops/v1/", "depops/v1/+/up/ev", "depops/v1/a/b/up/ev", "depops/v1/Fra/up/ev",
                          "depops/v2/fra-1/up/ev", "depops/v1/fra-1/up/evil", "x/depops/v1/fra-1/up/ev"}) {
    REQUIRE_FALSE(parse_topic(bad).has_value());
  }
}

}  // namespace depops::wire
