#include "agent/kubernetes/connection/connection.h"

#include <catch2/catch.hpp>

#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;

namespace {

// Holds the session that rested before, as long as it lives.
class Watch {
 public:
  Watch(Visitor& agent, const kube::ObjectKey& key)
      : stream_(agent->watch(kConfigMaps, key.space, kube::LabelSelector(""), kube::ResourceVersion("0"),
                             Millis(60'000), breaker_)) {
    REQUIRE(stream_.ok());
  }

 private:
  kube::Breaker breaker_;
  kube::Outcome<std::unique_ptr<kube::Stream>> stream_;
};

}  // namespace

TEST_CASE("whoever shows the same certificates goes on with what others left") {
  Visitor agent(admin());
  const auto key = made(agent);
  Visitor second(admin());
  Visitor third(admin());
  for (Visitor* one : {&second, &third, &agent, &second}) REQUIRE((*one)->get(kConfigMaps, key).ok());
  CHECK(agent.connection().handshakes() == 1);
  CHECK(second.connection().handshakes() == 0);
  CHECK(third.connection().handshakes() == 0);
}

TEST_CASE("a further connection takes up the handshake of the first") {
  Visitor agent(admin());
  const auto key = made(agent);
  const Watch watch(agent, key);
  REQUIRE(agent->get(kConfigMaps, key).ok());
  CHECK(agent.connection().handshakes() == 2);
  CHECK(agent.connection().taken_up() == 1);
}

TEST_CASE("whoever shows another certificate, or none, shares nothing") {
  Visitor agent(admin());
  const auto key = made(agent);
  Visitor stranger(with_token("of-nobody"));
  CHECK_FALSE(stranger->get(kConfigMaps, key).ok());
  CHECK(stranger.connection().handshakes() == 1);
  CHECK(stranger.connection().taken_up() == 0);
}
