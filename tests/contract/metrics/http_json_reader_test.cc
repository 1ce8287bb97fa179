#include "agent/http_json/http_json_reader.h"

#include <catch2/catch.hpp>

#include "tests/contract/metrics/exporter.h"
#include "tests/contract/metrics/orders.h"

namespace depops::agent {
namespace {

using analysis::CounterRow;
using analysis::HttpProvider;
using Catch::Matchers::Contains;
using test::kCanary;
using test::kStable;
using test::order_of;
using test::Values;

Measured read(const HttpProvider& provider, HttpJsonSettings settings = {}) {
  static const test::RealClock clock;
  return make_http_json_reader(settings, clock)->read(order_of(provider));
}

const char* const kPage =
    R"({"shop-c":{"p99":0.25,"requests":100,"errors":7},"shop-s":{"p99":0.2,"requests":900},"text":"7","no":null})";

}  // namespace

TEST_CASE("numbers of both versions come from one page by pointer") {
  const test::Exporter page(kPage);
  const Measured measured = read({page.url() + "/numbers?x=1", "/{{set}}/p99", "/{{set}}/requests", "/{{set}}/errors"});
  CHECK(measured.error.empty());
  CHECK(measured.values == Values{{kCanary, 0.25}, {kStable, 0.2}});
  CHECK(measured.reading.rows == std::vector<CounterRow>{{kCanary, "http", 100, 7, 0}, {kStable, "http", 900, 0, 0}});
  CHECK(page.last_path() == "/numbers?x=1");
}

TEST_CASE("the version stands in the URL encoded") {
  const test::Exporter page("{}");
  CHECK(read({page.url() + "/{{set}}?v={{version}}", "/p99", "", ""}).error.empty());
  CHECK(page.last_path() == "/shop-s?v=1.0%2Bb");
}

TEST_CASE("a page that tells no versions apart is the canary's") {
  const test::Exporter page(kPage);
  CHECK(read({page.url(), "/shop-c/p99", "", ""}).values == Values{{kCanary, 0.25}});
}

TEST_CASE("what is not there is no data, what is no number is an error that names the page") {
  const test::Exporter page(kPage);
  const Measured nothing = read({page.url(), "/nosuch", "/no", "/shop-c/errors"});
  CHECK(nothing.error.empty());
  CHECK(nothing.values.empty());
  CHECK(nothing.nothing == "the page has nothing at /nosuch");
  CHECK(nothing.reading.rows.empty());
  CHECK(read({page.url() + "/p?token=secret", "/text", "", ""}).error ==
        "page " + page.url() + "/p: \"/text\" leads to no number");
  CHECK_THAT(read({page.url(), "", "/shop-c/p99", ""}).error, Contains("leads to no count"));
}

TEST_CASE("another status, no JSON, too many bytes and no time left are errors") {
  const test::Exporter broken(kPage, "500 Oops");
  CHECK_THAT(read({broken.url(), "/shop-c/p99", "", ""}).error, Contains("status 500"));
  const test::Exporter moved(kPage, "302 Found");
  CHECK_THAT(read({moved.url(), "/shop-c/p99", "", ""}).error, Contains("status 302"));
  const test::Exporter text("busy");
  CHECK_THAT(read({text.url(), "/x", "", ""}).error, Contains("is no JSON"));
  const test::Exporter page(kPage);
  CHECK_THAT(read({page.url(), "/x", "", ""}, {Millis(4'000), 10}).error, Contains("longer than the cap"));
  CHECK_THAT(read({page.url(), "/x", "", ""}, {Millis(0), 1'000}).error, Contains("no whole answer in time"));
}

}  // namespace depops::agent
