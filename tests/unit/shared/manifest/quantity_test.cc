#include "shared/manifest/quantity.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace depops;
using namespace depops::manifest;

TEST_CASE("durations are read as sums of their parts") {
  CHECK(parse_duration("500ms") == Millis(500));
  CHECK(parse_duration("2s") == Millis(2'000));
  CHECK(parse_duration("1h30m") == Millis(5'400'000));
  CHECK(parse_duration("7d") == Millis(604'800'000));
  CHECK(parse_duration("0s") == Millis(0));
}

TEST_CASE("a number that is too large is infinite and not 0") {
  CHECK(parse_number("+1.5e3") == 1'500);
  CHECK(parse_number("-0.25") == -0.25);
  CHECK(parse_number("1e999") == std::numeric_limits<double>::infinity());
  CHECK(parse_number("-1e999") == -std::numeric_limits<double>::infinity());
  CHECK(parse_number(std::string(400, '9')) == std::numeric_limits<double>::infinity());
  CHECK(parse_number("1e-999") == 0);
}

TEST_CASE("what is no duration is not read as one") {
  for (const char* text : {"", "10", "m", "10 m", "-1s", "1s-", "1.5h", "10x", "99999999999999999999s", "9999999d"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
}

TEST_CASE("a written duration is read back as itself") {
  for (const std::int64_t ms : {1LL, 999LL, 1000LL, 61'001LL, 5'400'000LL, 86'400'000LL, 90'061'001LL}) {
    CHECK(parse_duration(write_duration(Millis(ms))) == Millis(ms));
  }
  CHECK(write_duration(Millis(5'400'000)) == "1h30m");
  CHECK(write_duration(Millis(0)) == "0s");
}

TEST_CASE("sizes know powers of 1000 and of 1024") {
  CHECK(parse_bytes("1024") == 1024U);
  CHECK(parse_bytes("256Mi") == 268'435'456U);
  CHECK(parse_bytes("1G") == 1'000'000'000U);
  for (const char* text : {"", "Mi", "1 Mi", "1MB", "-1", "9999999999999999999", "999999999999Gi"}) {
    INFO(text);
    CHECK_FALSE(parse_bytes(text).has_value());
  }
}
