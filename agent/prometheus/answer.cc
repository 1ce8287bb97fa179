#include "agent/prometheus/answer.h"

#include <cmath>
#include <cstdlib>

#include "shared/json/parse.h"

namespace depops::agent::prometheus {
namespace {

constexpr std::size_t kSeriesMax = 1'000;
constexpr std::size_t kShownMax = 300;  // of what the server says

Error wrong(const std::string& what) { return {Errc::invalid, what}; }

Error refusal_of(const json::Value& root) {
  const std::string kind = root["errorType"].as_string();
  const bool own_fault = kind == "bad_data" || kind == "execution";
  return {own_fault ? Errc::invalid : Errc::unavailable, kind + ": " + root["error"].as_string().substr(0, kShownMax)};
}

// [1643023250.379, "100"]: numbers are texts, because JSON has no NaN.
Result<double> number_of(const json::Value& pair) {
  if (pair.items().size() != 2 || !pair.items()[1].is_string()) return wrong("a sample is not [time, \"number\"]");
  const std::string& text = pair.items()[1].as_string();
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != 0) return wrong("\"" + text.substr(0, 40) + "\" is no number");
  return number;
}

Result<Series> series_of(const json::Value& element) {
  Series series;
  DEPOPS_TRY(series.value, number_of(element["value"]));
  for (const auto& [name, value] : element["metric"].members()) {
    if (name != "__name__") series.labels[name] = value.as_string();
  }
  return series;
}

Result<Answer> vector_of(const json::Value& result) {
  if (result.items().size() > kSeriesMax) {
    return Error{Errc::exhausted, "gives more than " + std::to_string(kSeriesMax) + " series; aggregate them"};
  }
  Answer answer;
  for (const json::Value& element : result.items()) {
    DEPOPS_TRY(Series series, series_of(element));
    answer.series.push_back(std::move(series));
  }
  return answer;
}

}  // namespace

Result<Answer> read_answer(const std::string& text) {
  const Result<json::Value> parsed = json::parse(text);
  if (!parsed.ok()) return wrong("is not answered with JSON: " + parsed.error().what);
  const json::Value& root = *parsed;
  if (root["status"].as_string() == "error") return refusal_of(root);
  if (root["status"].as_string() != "success") return wrong("is not answered as Prometheus does");
  if (!root["warnings"].items().empty()) {
    return Error{Errc::unavailable,
                 "answered in part: " + root["warnings"].items().front().as_string().substr(0, kShownMax)};
  }
  const json::Value& data = root["data"];
  const std::string& type = data["resultType"].as_string();
  if (type == "vector" && data["result"].is_array()) return vector_of(data["result"]);
  if (type == "scalar") {
    DEPOPS_TRY(const double number, number_of(data["result"]));
    return Answer{true, {{{}, number}}};
  }
  return wrong("gives a " + (type.empty() ? "result without a type" : type) +
               "; it must give numbers of one moment, without a range [..] at its end");
}

Result<std::optional<double>> single(const std::vector<Series>& series) {
  if (series.size() > 1) {
    return wrong("gives " + std::to_string(series.size()) + " series; make them one, for instance with sum()");
  }
  if (series.empty() || std::isnan(series.front().value)) return std::optional<double>();
  return std::optional<double>(series.front().value);
}

}  // namespace depops::agent::prometheus
