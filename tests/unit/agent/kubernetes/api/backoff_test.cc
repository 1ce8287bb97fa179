#include "agent/kubernetes/api/backoff.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

TEST_CASE("pauses double up to a cap, and half of each is left to chance") {
  const BackoffRules rules{Millis(100), Millis(1'000), Millis(5'000)};
  CHECK(backoff(1, {}, 1.0, rules) == Millis(100));
  CHECK(backoff(1, {}, 0.0, rules) == Millis(50));
  CHECK(backoff(2, {}, 1.0, rules) == Millis(200));
  CHECK(backoff(4, {}, 1.0, rules) == Millis(800));
  CHECK(backoff(5, {}, 1.0, rules) == Millis(1'000));
  CHECK(backoff(4'000'000'000U, {}, 1.0, rules) == Millis(1'000));
  CHECK(backoff(0, {}, 7.0, rules) == Millis(100));
}

TEST_CASE("never before the server asked for, never later than the cap because of it") {
  const BackoffRules rules{Millis(100), Millis(1'000), Millis(5'000)};
  CHECK(backoff(1, Millis(3'000), 0.5, rules) == Millis(3'000));
  CHECK(backoff(1, Millis(3'600'000), 0.5, rules) == Millis(5'000));
  CHECK(backoff(5, Millis(1), 1.0, rules) == Millis(1'000));
  CHECK(backoff(1, Millis(-5), 1.0, rules) == Millis(100));
}

TEST_CASE("Retry-After is a number of seconds or nothing") {
  CHECK(read_retry_after("30") == Millis(30'000));
  CHECK(read_retry_after("0") == Millis(0));
  CHECK(read_retry_after("99999999") == Millis(86'400'000));
  for (const char* nonsense : {"", "-1", "1.5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"}) {
    CHECK_FALSE(read_retry_after(nonsense).has_value());
  }
}
