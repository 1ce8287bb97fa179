#include <catch2/catch.hpp>
#include <cmath>

#include "shared/analysis/classify.h"
#include "shared/analysis/samples.h"
#include "tests/vectors/json_file.h"

namespace depops::analysis {
namespace {

using Object = Poco::JSON::Object;
constexpr const char* kFile = "rollouts/kayenta-stats-scorer.json";

double tolerance_of(const Object& row) { return row.has("tol") ? row.getValue<double>("tol") : 1e-9; }

double effect_of(const Object& row) {
  const Samples x = test::numbers_of(row, "experiment");
  const Samples y = test::numbers_of(row, "control");
  const auto kind = row.getValue<std::string>("kind");
  if (kind == "cohenD") return cohen_d(x, y);
  return kind == "cles" ? cles(x, y) : mean_ratio(x, y);
}

Class class_named(const std::string& name) {
  for (const Class one : {Class::pass, Class::high, Class::low, Class::no_data, Class::no_data_fail}) {
    if (name == name_of(one)) return one;
  }
  return Class::error;
}

std::vector<MetricClass> metrics_of(const Object& row) {
  std::vector<MetricClass> metrics;
  const auto results = row.getArray("results");
  for (unsigned i = 0; i < results->size(); ++i) {
    const auto one = results->getArray(i);
    metrics.push_back(
        {class_named(one->getElement<std::string>(0)), one->getElement<std::string>(1), one->getElement<bool>(2)});
  }
  return metrics;
}

std::map<std::string, double> numbers_by_name(const Object& object) {
  std::map<std::string, double> numbers;
  for (const auto& [name, value] : object) numbers[name] = value.convert<double>();
  return numbers;
}

}  // namespace

TEST_CASE("rollouts/kayenta-stats-scorer: effect sizes and percentiles") {
  const auto file = test::vectors_object(kFile);
  for (const auto& row : test::rows_of(*file, "effectSizes")) {
    INFO(row->getValue<std::string>("name"));
    const double expect = test::number_of(row->get("expect"));
    if (std::isnan(expect)) {
      CHECK(std::isnan(effect_of(*row)));
    } else {
      CHECK(effect_of(*row) == Approx(expect).margin(tolerance_of(*row)));
    }
  }
  for (const auto& row : test::rows_of(*file, "percentileR7")) {
    CHECK(percentile(test::numbers_of(*row, "data"), row->getValue<double>("p")) ==
          Approx(row->getValue<double>("expect")).margin(tolerance_of(*row)));
  }
}

TEST_CASE("rollouts/kayenta-stats-scorer: summaries, outliers and NaN") {
  const auto file = test::vectors_object(kFile);
  for (const auto& row : test::rows_of(*file, "summary")) {
    const Summary made = summary_of(test::numbers_of(*row, "data"));
    const auto expect = row->getObject("expect");
    CHECK(made.min == expect->getValue<double>("min"));
    CHECK(made.max == expect->getValue<double>("max"));
    CHECK(made.mean == expect->getValue<double>("mean"));
    CHECK(made.deviation == Approx(expect->getValue<double>("std")).margin(tolerance_of(*row)));
    CHECK(made.count == expect->getValue<std::size_t>("count"));
  }
  for (const auto& row : test::rows_of(*file, "outliers")) {
    const Samples data = test::numbers_of(*row, "data");
    const bool by_quartiles = row->getValue<std::string>("kind") == "iqr";
    const auto flags = by_quartiles ? outliers_by_quartiles(data, row->getValue<double>("factor"), false)
                                    : outliers_by_deviation(data, row->getValue<double>("k"));
    std::vector<double> found;
    for (std::size_t i = 0; i < flags.size(); ++i) {
      if (flags[i]) found.push_back(static_cast<double>(i));
    }
    CHECK(found == test::numbers_of(*row, "outlierIndex"));
  }
  for (const auto& row : test::rows_of(*file, "nanHandling")) {
    const Samples data = test::numbers_of(*row, "data");
    const bool removes = row->getValue<std::string>("op") == "remove";
    CHECK((removes ? without_nan(data) : with_nan_as(data, row->getValue<double>("value"))) ==
          test::numbers_of(*row, "expect"));
  }
}

TEST_CASE("rollouts/kayenta-stats-scorer: scores") {
  const auto file = test::vectors_object(kFile);
  const auto rows = test::rows_of(*file->getObject("scorer"), "rows");
  REQUIRE(rows.size() > 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO("row " << i);
    const Score score = score_of(metrics_of(*rows[i]), numbers_by_name(*rows[i]->getObject("weights")));
    CHECK(score.total == Approx(rows[i]->getValue<double>("score")).margin(1e-9));
    if (rows[i]->has("groupScores")) CHECK(score.groups == numbers_by_name(*rows[i]->getObject("groupScores")));
  }
}

}  // namespace depops::analysis
