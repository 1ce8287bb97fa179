#include <catch2/catch.hpp>

#include "tests/contract/transport/mosquitto.h"

namespace depops::test {

TEST_CASE("a broker listens at its two doors and nowhere else: two of them run side by side") {
  Mosquitto one;
  Mosquitto other;
  one.start();
  other.start();
  CHECK(one.url(true) != other.url(true));
}

}  // namespace depops::test
