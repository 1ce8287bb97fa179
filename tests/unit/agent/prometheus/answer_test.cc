#include "agent/prometheus/answer.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace depops::agent::prometheus {
namespace {

std::string vector_of(const std::string& elements) {
  return R"({"status":"success","data":{"resultType":"vector","result":[)" + elements + "]}}";
}

std::string error_of(const std::string& json) {
  const auto answer = read_answer(json);
  REQUIRE_FALSE(answer.ok());
  return answer.error().what;
}

}  // namespace

TEST_CASE("series with their labels, without the name of the metric") {
  const auto answer = read_answer(vector_of(
      R"({"metric":{"__name__":"up","instance":"a:1"},"value":[1.5,"1"]},{"metric":{},"value":[1.5,"-2.5e3"]})"));
  REQUIRE(answer.ok());
  CHECK(answer->series == std::vector<Series>{{{{"instance", "a:1"}}, 1}, {{}, -2500}});
  CHECK_FALSE(answer->scalar);
}

TEST_CASE("a scalar is one number") {
  const auto answer = read_answer(R"({"status":"success","data":{"resultType":"scalar","result":[1.5,"+Inf"]}})");
  REQUIRE(answer.ok());
  CHECK(answer->scalar);
  CHECK(single(answer->series).value() == std::optional<double>(INFINITY));
}

TEST_CASE("no series and NaN are nothing, Inf is a number, several series are an error") {
  CHECK(single(read_answer(vector_of(""))->series).value() == std::nullopt);
  CHECK(single(read_answer(vector_of(R"({"metric":{},"value":[1,"NaN"]})"))->series).value() == std::nullopt);
  CHECK(single(read_answer(vector_of(R"({"metric":{},"value":[1,"-Inf"]})"))->series).value() == -INFINITY);
  const auto two = read_answer(vector_of(R"({"metric":{"a":"1"},"value":[1,"1"]},{"metric":{},"value":[1,"2"]})"));
  CHECK(single(two->series).error().what == "gives 2 series; make them one, for instance with sum()");
}

TEST_CASE("what the server refuses is told in its words, and whose fault it is") {
  const auto wrong = read_answer(R"({"status":"error","errorType":"bad_data","error":"parse error: unclosed"})");
  CHECK(wrong.error().code == Errc::invalid);
  CHECK(wrong.error().what == "bad_data: parse error: unclosed");
  CHECK(read_answer(R"({"status":"error","errorType":"timeout","error":"x"})").error().code == Errc::unavailable);
}

TEST_CASE("half an answer does not pass for the whole") {
  CHECK(error_of(R"({"status":"success","warnings":["store away"],"data":{"resultType":"vector","result":[]}})") ==
        "answered in part: store away");
}

TEST_CASE("what is no vector of numbers is an error") {
  CHECK(error_of(R"({"status":"success","data":{"resultType":"matrix","result":[]}})") ==
        "gives a matrix; it must give numbers of one moment, without a range [..] at its end");
  CHECK(error_of(R"({"status":"success","data":{"resultType":"string","result":[1,"x"]}})").find("gives a string") ==
        0);
  CHECK(error_of("{}") == "is not answered as Prometheus does");
  CHECK(error_of("<html>").find("is not answered with JSON") == 0);
  CHECK(error_of(vector_of(R"({"metric":{},"value":[1,"1x"]})")) == "\"1x\" is no number");
  CHECK(error_of(vector_of(R"({"metric":{},"value":[1,1]})")) == "a sample is not [time, \"number\"]");
  CHECK(error_of(vector_of(R"({"metric":{}})")) == "a sample is not [time, \"number\"]");
}

}  // namespace depops::agent::prometheus
