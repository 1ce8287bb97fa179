#include <catch2/catch.hpp>

#include "shared/analysis/cdf_band.h"
#include "shared/analysis/normal.h"
#include "tests/vectors/json_file.h"

namespace depops::analysis {
namespace {

constexpr double kTolerance = 1e-5;  // as the file says

Approx close(const Poco::JSON::Object& row) { return Approx(row.getValue<double>("expect")).epsilon(kTolerance); }

}  // namespace

// The rest of the file (gamma, beta-binomial, double stitching, quantile test, Bernoulli intervals) is about boundaries
// that no test of ours uses: errors are tested conditionally on their sum (rollouts.md 4.2), quantiles by buckets
// (4.3).
TEST_CASE("rollouts/confseq-boundaries: normal mixtures and the empirical process") {
  const auto file = test::vectors_object("rollouts/confseq-boundaries.json");
  const auto two = file->getObject("twoSidedNormal");
  const double r = best_precision(100, 0.05);
  CHECK(r == close(*two->getObject("best_rho")));
  CHECK(log_mixture_two_sided(10, 100, r) == close(*two->getObject("log_mixture")));
  CHECK(bound_two_sided(100, 0.05, r) == close(*two->getObject("bound")));
  const auto one = file->getObject("oneSidedNormal");
  const double half = best_precision(100, 2 * 0.05);
  CHECK(log_mixture_one_sided(10, 100, half) == close(*one->getObject("log_mixture")));
  CHECK(bound_one_sided(100, 0.05, half) == close(*one->getObject("bound")));
  const auto band = file->getObject("empiricalProcessLIL");
  const BandSettings settings{band->getValue<double>("t_min"), band->getValue<double>("A")};
  CHECK(band_half_width(band->getValue<double>("t"), band->getValue<double>("alpha"), settings) == close(*band));
}

}  // namespace depops::analysis
