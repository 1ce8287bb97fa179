#include <catch2/catch.hpp>

#include "agent/prometheus/answer.h"
#include "tests/vectors/json_file.h"

namespace depops::agent::prometheus {
namespace {

// The row that is told in words.
std::string body_of(const std::string& body) {
  if (body.rfind("resultType matrix", 0) != 0) return body;
  return R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"]]}]}})";
}

}  // namespace

// Flagger fails the check where it finds no value; here that is no data, which neither passes nor fails.
TEST_CASE("rollouts/condition-eval: every row of flaggerPrometheus") {
  const auto file = test::vectors_object("rollouts/condition-eval.json");
  const auto rows = test::rows_of(*file, "flaggerPrometheus");
  REQUIRE(rows.size() == 4);
  for (const auto& row : rows) {
    const auto expect = row->get("expect");
    const auto answer = read_answer(body_of(row->getValue<std::string>("body")));
    INFO(row->getValue<std::string>("body"));
    if (expect.toString() == "ErrMultipleValuesReturned") {
      CHECK_FALSE(answer.ok());
      continue;
    }
    REQUIRE(answer.ok());
    const bool none = expect.toString() == "ErrNoValuesFound";
    CHECK(single(answer->series).value() == (none ? std::nullopt : std::optional<double>(test::number_of(expect))));
  }
}

}  // namespace depops::agent::prometheus
