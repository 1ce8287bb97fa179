#include <catch2/catch.hpp>

#include "shared/x509/handles.h"
#include "shared/x509/x509.h"
#include "tests/support/listener.h"

using namespace depops;
using namespace depops::x509;
using Catch::Contains;

namespace {

constexpr Instant kNow(Millis(1'790'000'000'000));

}  // namespace

TEST_CASE("a server is known by its authority, its name and its time") {
  const tests::Listener hub = tests::make_listener({});
  const std::string& shown = hub.seal.certificate;
  CHECK(check_server(shown, hub.authority, "hub.example", kNow).ok());
  CHECK(check_server(shown + hub.authority, hub.authority, "hub.example", kNow).ok());
  CHECK_THAT(check_server(shown, hub.authority, "other.example", kNow).error().what, Contains("ostname"));
  CHECK_FALSE(check_server(shown, hub.authority, "", kNow).ok());
  CHECK_THAT(check_server(shown, hub.authority, "hub.example", kNow + std::chrono::hours(24 * 30)).error().what,
             Contains("expired"));
  CHECK_THAT(check_server(shown, hub.authority, "hub.example", Instant()).error().what, Contains("not yet valid"));
  const tests::Listener other = tests::make_listener({.seed = 5});
  CHECK_FALSE(check_server(shown, other.authority, "hub.example", kNow).ok());
  CHECK_FALSE(check_server(shown, shown, "hub.example", kNow).ok());  // signs nobody
  for (const std::string& text : {std::string(), std::string("-----BEGIN CERTIFICATE-----\nAAAA\n")}) {
    CHECK_FALSE(check_server(text, hub.authority, "hub.example", kNow).ok());
    CHECK_FALSE(check_server(shown, text, "hub.example", kNow).ok());
  }
}

TEST_CASE("a server that is asked for by its address is known by that address") {
  const tests::Listener hub = tests::make_listener({.name = "IP:127.0.0.1"});
  CHECK(check_server(hub.seal.certificate, hub.authority, "127.0.0.1", kNow).ok());
  CHECK_FALSE(check_server(hub.seal.certificate, hub.authority, "127.0.0.2", kNow).ok());
}

TEST_CASE("a chain is as long as it is told, and no longer than anybody needs") {
  const std::string one = tests::make_listener({}).authority;
  std::string all;
  for (int i = 0; i < 8; ++i) all += one;
  CHECK(read_chain(all)->size() == 8);
  CHECK_FALSE(read_chain(all + one).ok());
  CHECK_FALSE(read_chain("").ok());
}

TEST_CASE("a key that others made signs, whatever its kind") {
  const tests::Listener hub = tests::make_listener({});  // Ed25519
  const std::string signature = hub.seal.key.sign("a claim");
  CHECK(said_by(hub.seal.certificate, "a claim", signature));
  CHECK_FALSE(said_by(hub.seal.certificate, "another", signature));
}
