#include <catch2/catch.hpp>

#include "hub/api_http/joining.h"

using namespace depops;
using hub::api_http::JoinLimits;

TEST_CASE("A7 of 10,000 guesses from one address in a minute ten are let through, of all addresses a hundred") {
  JoinLimits limits;
  int passed = 0;
  for (int i = 0; i < 10'000; ++i) passed += limits.admit("10.0.0.1", Millis(i)) ? 1 : 0;
  CHECK(passed == 10);
  for (int i = 0; i < 10'000; ++i) passed += limits.admit("10.1.0." + std::to_string(i), Millis(20'000)) ? 1 : 0;
  CHECK(passed == 100);
}

TEST_CASE("a minute later the count begins anew") {
  JoinLimits limits;
  for (int i = 0; i < 20; ++i) limits.admit("a", Millis(1'000));
  CHECK_FALSE(limits.admit("a", Millis(60'999)));
  CHECK(limits.admit("a", Millis(61'000)));
}
