#include "agent/prometheus/counters.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace depops::agent::prometheus {
namespace {

Series series(const std::string& instance, double value, const std::string& code = "200") {
  return {{{"instance", instance}, {"code", code}}, value};
}

const SetId kSet("shop-1");

std::string error_of(const std::vector<Series>& requests, const std::vector<Series>& errors) {
  const auto rows = rows_of(kSet, requests, errors);
  REQUIRE_FALSE(rows.ok());
  return rows.error().what;
}

}  // namespace

TEST_CASE("one row for each instance, series of one instance added up") {
  const auto rows = rows_of(kSet, {series("a:1", 90), series("a:1", 10, "500"), series("b:1", 7)},
                            {series("a:1", 6, "500"), series("a:1", 4, "503")});
  REQUIRE(rows.ok());
  CHECK(*rows ==
        std::vector<analysis::CounterRow>{{kSet, "prometheus:a:1", 100, 10, 0}, {kSet, "prometheus:b:1", 7, 0, 0}});
}

TEST_CASE("no requests are no row, and requests without errors are requests with 0 errors") {
  CHECK(rows_of(kSet, {}, {}).value().empty());
  CHECK(rows_of(kSet, {{{}, 5}}, {}).value() == std::vector<analysis::CounterRow>{{kSet, "prometheus:", 5, 0, 0}});
}

TEST_CASE("what is no count is an error") {
  for (const double value : {12.5, -1.0, std::nan(""), std::numeric_limits<double>::infinity(), 1e300}) {
    CHECK(error_of({series("a:1", value)}, {}).find("which is no count; ask for the counter itself") !=
          std::string::npos);
  }
}

TEST_CASE("errors of an instance that has no requests are an error") {
  CHECK(error_of({series("a:1", 5)}, {{{}, 1}}) ==
        "errors of instance \"\", which has no requests; both queries must keep the label instance, or neither");
}

TEST_CASE("one row for each instance with its buckets, series of one bucket added up") {
  const auto bucket = [](const std::string& instance, const std::string& le, double count, const std::string& path) {
    return Series{{{"instance", instance}, {"le", le}, {"path", path}}, count};
  };
  const auto rows = histogram_rows_of(
      kSet, {bucket("a:1", "0.5", 7, "/"), bucket("a:1", "0.5", 2, "/x"), bucket("a:1", "+Inf", 12, "/"),
             bucket("b:1", "0.5", 1, "/"), bucket("b:1", "+Inf", 1, "/")});
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 2);
  CHECK(rows->at(0).source == "prometheus:a:1");
  CHECK(rows->at(0).answers == 12);
  CHECK(rows->at(0).buckets == std::vector<analysis::Bucket>{{0.5, 9}});
  const auto broken = histogram_rows_of(kSet, {bucket("a:1", "0.5", 7, "/")});
  REQUIRE_FALSE(broken.ok());
  CHECK(broken.error().what == "histogram of instance \"a:1\": a histogram without the bucket +Inf");
}

}  // namespace depops::agent::prometheus
