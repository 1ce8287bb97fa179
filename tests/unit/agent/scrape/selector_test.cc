#include "agent/scrape/selector.h"

#include <catch2/catch.hpp>

namespace depops::agent::scrape {
namespace {

const std::string kText =
    "# HELP http_requests_total All.\n# TYPE http_requests_total counter\n"
    "http_requests_total{code=\"200\",method=\"GET\"} 90\n"
    "http_requests_total{code=\"500\",method=\"GET\"} 7\n"
    "http_requests_total{code=\"503\",method=\"POST\",note=\"a \\\"b\\\", c\"} 3 1700000000000\n"
    "up 1\n";

std::optional<double> sum(const std::string& selector) {
  return std::move(Selector::parse(selector).value().sum(kText)).value();
}

TEST_CASE("matchers choose series as in Prometheus") {
  CHECK(sum("http_requests_total") == 100);
  CHECK(sum("http_requests_total{code=~\"5..\"}") == 10);
  CHECK(sum("http_requests_total{code!~\"5..\"}") == 90);
  CHECK(sum("http_requests_total{code=~\"5\"}") == std::nullopt);  // the whole value must match
  CHECK(sum("http_requests_total{code=\"500\",method=\"GET\"}") == 7);
  CHECK(sum("http_requests_total{method!=\"GET\"}") == 3);
  CHECK(sum("http_requests_total{note=\"a \\\"b\\\", c\"}") == 3);
  CHECK(sum("http_requests_total{note=\"\"}") == 97);  // an absent label is empty
  CHECK(sum("up{}") == 1);
}

TEST_CASE("sums by a label, for buckets") {
  const std::map<std::string, double> by_code{{"200", 90}, {"500", 7}, {"503", 3}};
  CHECK(Selector::parse("http_requests_total").value().sum_by("code", kText).value() == by_code);
  CHECK(Selector::parse("missing").value().sum_by("code", kText).value().empty());
}

TEST_CASE("no series is nothing, not 0, and half an answer is an error") {
  CHECK(sum("missing_total") == std::nullopt);
  const Selector selector = Selector::parse("up").value();
  CHECK_FALSE(selector.sum("<html>no metrics</html>\n").ok());
  CHECK_FALSE(selector.sum("up{a=\"b\n").ok());
}

TEST_CASE("a selector that is none is refused with its text") {
  for (const char* text : {"", "{a=\"b\"}", "up{a}", "up{a=b}", "up{a=\"b\"", "up{a=~\"(\"}", "up x"}) {
    CAPTURE(text);
    const auto parsed = Selector::parse(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().code == Errc::invalid);
  }
}

}  // namespace
}  // namespace depops::agent::scrape
