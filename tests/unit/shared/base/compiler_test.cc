#include <catch2/catch.hpp>
#include <cmath>

namespace {

struct Point {
  double x = 0;
  double y = 0;
};

struct Three {
  Point before;
  Point best;
  Point other;
};

[[gnu::noinline]] void put_best_first(Three& three) {
  if (std::abs(three.other.y) >= std::abs(three.best.y)) return;
  three.before = three.best;
  three.best = three.other;
  three.other = three.before;
}

}  // namespace

// g++ 12.2 with -fipa-modref (part of -O1) compiles the exchange to nothing; the build turns that pass off.
TEST_CASE("compiler: an exchange through a reference is kept") {
  Three three{{0, 9}, {1, 5}, {2, 3}};
  put_best_first(three);
  CHECK(three.before.x == 1);
  CHECK(three.best.x == 2);
  CHECK(three.other.x == 1);
}
