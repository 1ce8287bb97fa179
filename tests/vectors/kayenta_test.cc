#include <catch2/catch.hpp>
#include <cmath>

#include "shared/analysis/classify.h"
#include "shared/analysis/mann_whitney.h"
#include "shared/analysis/normal.h"
#include "tests/vectors/json_file.h"

namespace depops::analysis {
namespace {

using Object = Poco::JSON::Object;

void check_shift(const Object& row) {
  const auto shift = shift_of(test::numbers_of(row, "experiment"), test::numbers_of(row, "control"),
                              row.getValue<double>("confidence"));
  REQUIRE(shift.ok());
  const auto expect = row.getObject("expect");
  CHECK(shift->low == Approx(expect->getValue<double>("ciLow")).margin(row.getValue<double>("tol")));
  CHECK(shift->high == Approx(expect->getValue<double>("ciHigh")).margin(row.getValue<double>("tol")));
  CHECK(shift->estimate == Approx(expect->getValue<double>("estimate")).margin(row.getValue<double>("estimateTol")));
}

void check_differences(const Object& row) {
  for (const auto& expect : test::rows_of(row, "expect")) {
    const auto value = wilcoxon_difference(test::numbers_of(row, "x"), test::numbers_of(row, "y"),
                                           expect->getValue<double>("mu"), expect->getValue<double>("zq"));
    REQUIRE(value.ok());
    CHECK(value.value() == Approx(expect->getValue<double>("value")).epsilon(row.getValue<double>("tol")));
  }
}

void check_intermediate(const Object& row) {
  const Samples x = test::numbers_of(row, "x");
  const Samples y = test::numbers_of(row, "y");
  const auto expect = row.getObject("expect");
  const auto close = [&](const char* key) {
    return Approx(expect->getValue<double>(key)).margin(row.getValue<double>("tol"));
  };
  const double z = -normal_quantile((1 - row.getValue<double>("confidence")) / 2);
  const double low = expect->getValue<double>("muMin");
  const double high = expect->getValue<double>("muMax");
  CHECK(z == close("z"));
  CHECK(wilcoxon_difference(x, y, low, z).value() == close("fLower_at_plus_z"));
  CHECK(wilcoxon_difference(x, y, high, z).value() == close("fUpper_at_plus_z"));
  CHECK(wilcoxon_difference(x, y, low, -z).value() == close("fLower_at_minus_z"));
  CHECK(wilcoxon_difference(x, y, high, -z).value() == close("fUpper_at_minus_z"));
  const auto shift = shift_of(x, y, row.getValue<double>("confidence"));
  REQUIRE(shift.ok());
  CHECK(shift->low == close("ciLow"));
  CHECK(shift->high == close("ciHigh"));
  CHECK(shift->estimate == close("estimate"));
}

Direction direction_of(const std::string& name) {
  return name == "Increase" ? Direction::increase : name == "Decrease" ? Direction::decrease : Direction::either;
}

Thresholds thresholds_of(const Object& row, const char* key) {
  if (test::absent(row, key)) return {};
  const auto both = test::numbers_of(row, key);
  return {both.at(0), both.at(1)};
}

ClassifierSettings settings_of(const Object& row) {
  ClassifierSettings settings;
  settings.direction = direction_of(row.getValue<std::string>("direction"));
  settings.replace_nan = row.getValue<std::string>("nanStrategy") == "Replace";
  settings.critical = row.getValue<bool>("critical");
  if (!test::absent(row, "tolerance")) settings.tolerance = row.getValue<double>("tolerance");
  if (!test::absent(row, "confLevel")) settings.confidence = row.getValue<double>("confLevel");
  const bool by_cles =
      !test::absent(row, "effectSizeMeasure") && row.getValue<std::string>("effectSizeMeasure") == "cles";
  settings.effect = by_cles ? Effect::cles : Effect::mean_ratio;
  settings.allowed = thresholds_of(row, "effectSizeThresholds");
  settings.critical_at = thresholds_of(row, "criticalThresholds");
  return settings;
}

void check_classified(const Object& row) {
  const auto expect = row.getObject("expect");
  const Classified made =
      classify(test::numbers_of(row, "experiment"), test::numbers_of(row, "control"), settings_of(row));
  CHECK_FALSE(made.why.empty());
  if (expect->has("classification")) CHECK(name_of(made.result) == expect->getValue<std::string>("classification"));
  if (expect->has("critical")) CHECK(made.critical == expect->getValue<bool>("critical"));
  if (!expect->has("deviation")) return;
  const double deviation = test::number_of(expect->get("deviation"));
  if (std::isnan(deviation)) {
    CHECK(std::isnan(made.effect));
  } else {
    CHECK(made.effect == deviation);
  }
}

}  // namespace

TEST_CASE("rollouts/kayenta-mannwhitney: every row within its tolerance") {
  const auto file = test::vectors_object("rollouts/kayenta-mannwhitney.json");
  for (const auto& row : test::rows_of(*file, "tests")) {
    INFO(row->getValue<std::string>("name"));
    const auto kind = row->getValue<std::string>("kind");
    if (kind == "wilcoxonDiff") check_differences(*row);
    if (kind == "confidenceInterval") check_shift(*row);
    if (kind == "intermediate") check_intermediate(*row);
    if (kind == "inverseNormal") {
      CHECK(normal_quantile(row->getValue<double>("p")) ==
            Approx(row->getValue<double>("expect")).margin(row->getValue<double>("tol")));
    }
  }
}

// Differs on purpose in how, not in what: where both sides are constant Kayenta adds random noise before it tests, and
// we compare the constants (rows "Mann-Whitney Tied Ranks", "... With Zeros", "Zero Mean: ...").
TEST_CASE("rollouts/kayenta-classifier: every row") {
  const auto file = test::vectors_object("rollouts/kayenta-classifier.json");
  for (const auto& row : test::rows_of(*file, "tests")) {
    INFO(row->getValue<std::string>("name"));
    if (row->getValue<std::string>("judge") == "MannWhitney") {
      check_classified(*row);
    } else {
      const Class made = classify_by_means(test::numbers_of(*row, "experiment"), test::numbers_of(*row, "control"),
                                           direction_of(row->getValue<std::string>("direction")), false);
      CHECK(name_of(made) == row->getObject("expect")->getValue<std::string>("classification"));
    }
  }
}

}  // namespace depops::analysis
