#include "agent/kubernetes/api/quantity.h"

#include <catch2/catch.hpp>

namespace depops::agent::kubernetes {

TEST_CASE("a quantity is a number with a unit, counted in thousandths") {
  CHECK(thousandths_of("0") == 0);
  CHECK(thousandths_of("2") == 2'000);
  CHECK(thousandths_of("+2") == 2'000);
  CHECK(thousandths_of("500m") == 500);
  CHECK(thousandths_of("0.1") == 100);
  CHECK(thousandths_of("1.5Gi") == 1'610'612'736'000);
  CHECK(thousandths_of("100M") == 100'000'000'000);
  CHECK(thousandths_of("1e3") == 1'000'000);
  CHECK(thousandths_of("1E") > 1'000'000'000'000'000);
  CHECK(thousandths_of("3k") == 3'000'000);
  CHECK(thousandths_of("-1") == -1'000);
}

TEST_CASE("what is finer than a thousandth counts as the next one, what is too large as the largest") {
  CHECK(thousandths_of("1u") == 1);
  CHECK(thousandths_of("1500u") == 2);
  CHECK(thousandths_of("8Ei") == thousandths_of("9000Ei"));
  CHECK(thousandths_of("1e300") == thousandths_of("9000Ei"));
}

TEST_CASE("what is no quantity is nothing") {
  for (const char* text : {"", "m", "1 Gi", "1gi", "one", "0x10", "nan", "inf", "1e", "--1", "1GiB"})
    CHECK_FALSE(thousandths_of(text));
}

TEST_CASE("people read the largest unit without a fraction") {
  CHECK(quantity_text(0) == "0");
  CHECK(quantity_text(1'500) == "1500m");
  CHECK(quantity_text(2'000) == "2");
  CHECK(quantity_text(1'000 * (512LL << 20)) == "512Mi");
  CHECK(quantity_text(1'000 * (3LL << 30)) == "3Gi");
}

}  // namespace depops::agent::kubernetes
