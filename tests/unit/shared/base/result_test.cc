#include "shared/base/result.h"

#include <catch2/catch.hpp>

namespace depops {
namespace {

Result<int> half_of(int value) {
  if (value % 2 != 0) return Error{Errc::invalid, "odd number " + std::to_string(value)};
  return value / 2;
}

Result<int> quarter_of(int value) {
  DEPOPS_TRY(const int half, half_of(value));
  return half_of(half);
}

}  // namespace

TEST_CASE("TRY passes the value on, or returns the first error") {
  REQUIRE(quarter_of(12).value() == 3);
  REQUIRE(quarter_of(6).error().what == "odd number 3");
  REQUIRE(quarter_of(7).error().code == Errc::invalid);
}

TEST_CASE("an error names its place from the outside in") {
  const Error error = half_of(3).error().in("halve the replicas");
  REQUIRE(error.what == "halve the replicas: odd number 3");
  REQUIRE(error.code == Errc::invalid);
}

}  // namespace depops
