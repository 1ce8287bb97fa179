#include "shared/analysis/root.h"

#include <cmath>
#include <limits>
#include <utility>

namespace depops::analysis {
namespace {

struct Point {
  double x = 0;
  double y = 0;
};

// The root lies between `best` and `other`; `before` is the best point of the step before.
struct Bracket {
  Point before;
  Point best;
  Point other;
};

Bracket best_first(const Bracket& bracket) {
  const bool in_order = std::abs(bracket.other.y) >= std::abs(bracket.best.y);
  return in_order ? bracket : Bracket{bracket.best, bracket.other, bracket.best};
}

// A step as the fraction p/q: along the secant through two points, or along the inverse parabola through three.
std::pair<double, double> interpolation(const Bracket& bracket) {
  const double width = bracket.other.x - bracket.best.x;
  const double by_before = bracket.best.y / bracket.before.y;
  if (bracket.before.x == bracket.other.x) return {width * by_before, 1 - by_before};
  const double outer = bracket.before.y / bracket.other.y;
  const double inner = bracket.best.y / bracket.other.y;
  const double back = bracket.best.x - bracket.before.x;
  return {by_before * (width * outer * (outer - inner) - back * (inner - 1)),
          (outer - 1) * (inner - 1) * (by_before - 1)};
}

// Interpolates where that promises to be faster than halving, else halves; never less than `least`.
double next_step(const Bracket& bracket, double previous, double least) {
  const double width = bracket.other.x - bracket.best.x;
  double step = width / 2;
  if (std::abs(previous) >= least && std::abs(bracket.before.y) > std::abs(bracket.best.y)) {
    auto [p, q] = interpolation(bracket);
    if (p > 0) {
      q = -q;
    } else {
      p = -p;
    }
    const bool inside = p < 0.75 * width * q - std::abs(least * q) / 2;
    if (inside && p < std::abs(previous * q / 2)) step = p / q;
  }
  if (std::abs(step) >= least) return step;
  return step > 0 ? least : -least;
}

}  // namespace

double root_of(const std::function<double(double)>& f, double low, double high, double tolerance) {
  constexpr int kStepsMax = 1'000;
  Bracket bracket{{low, f(low)}, {high, f(high)}, {low, 0}};
  bracket.other = bracket.before;
  if (bracket.before.y == 0) return low;
  for (int i = 0; i < kStepsMax; ++i) {
    const double previous = bracket.best.x - bracket.before.x;
    bracket = best_first(bracket);
    const double least = 2 * std::numeric_limits<double>::epsilon() * std::abs(bracket.best.x) + tolerance / 2;
    if (std::abs(bracket.other.x - bracket.best.x) / 2 <= least || bracket.best.y == 0) break;
    const double step = next_step(bracket, previous, least);
    bracket.before = bracket.best;
    bracket.best.x += step;
    bracket.best.y = f(bracket.best.x);
    if (bracket.best.y * bracket.other.y > 0) bracket.other = bracket.before;
  }
  return bracket.best.x;
}

}  // namespace depops::analysis
