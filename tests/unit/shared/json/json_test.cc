#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "shared/json/parse.h"
#include "shared/json/write.h"

using namespace depops;
using json::Value;

TEST_CASE("what was written is read again") {
  const std::string text = R"({"a":[1,-2,18446744073709551615,-9223372036854775808,0.5,true,false,null],)"
                           R"("b":{"c":"\"\\\n\u0001é😀"},"d":[],"e":{}})";
  const auto value = json::parse(text);
  REQUIRE(value.ok());
  CHECK(json::write(value.value()) == text);
  CHECK(value.value()["a"].items()[2].as_uint() == std::numeric_limits<std::uint64_t>::max());
  CHECK(value.value()["b"]["c"].as_string() == "\"\\\n\x01\xC3\xA9\xF0\x9F\x98\x80");
  CHECK(value.value()["none"].is_null());
}

TEST_CASE("a zero byte is read in a text, and what only looks like one in a name") {
  const auto value = json::parse(R"({"a":"x\u0000y","\\u0000":["\u0000:"]})");
  REQUIRE(value.ok());
  CHECK(value.value()["a"].as_string() == std::string("x\0y", 3));
  CHECK(value.value()["\\u0000"].items().size() == 1);
}

TEST_CASE("escapes become UTF-8") {
  CHECK(json::parse(R"("\u0041\u00e9\u20ac\ud83d\ude00\/\b\f\r\t")").value().as_string() ==
        "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80/\b\f\r\t");
}

TEST_CASE("wrong text is refused with its place") {
  const auto [text, what] = GENERATE(table<std::string, std::string>({
      {"{\"a\":1,\n \"a\":2}", "the name \"a\" stands here twice"},
      {"{\"a\":{\"b\":1,\"b\":1}}", "stands here twice"},
      {"", "unexpected end of text"},
      {"[1,]", "unexpected byte"},
      {R"({"a\u0000b":1})", "a name with a zero byte"},
      {R"([{"x":"\\\"","\\\u0000" : 1}])", "a name with a zero byte"},
      {"{\"a\":1,}", "unexpected byte"},
      {"{a:1}", "unexpected byte"},
      {"[1] x", "Excess characters"},
      {"01", "Excess characters"},
      {"1.", "expected digit"},
      {"1e", "in number"},
      {"-", "in number"},
      {"1e999", "1e999"},
      {"\"\\ud800\"", "surrogate"},
      {"\"\\ud800\\u0041\"", "surrogate"},
      {"\"\\u12g4\"", "escape"},
      {"\"\\x\"", "invalid escaped byte"},
      {"\"\n\"", "control character"},
      {"\"\xC0\xAF\"", "invalid UTF-8"},
      {"\"\xED\xA0\x80\"", "invalid UTF-8"},
      {"\"\xF5\x80\x80\x80\"", "invalid UTF-8"},
      {"\"abc", "unterminated string"},
      {"nul", "expected"},
      {"NaN", "unexpected byte"},
      {"/* */ 1", "unexpected byte"},
  }));
  const auto value = json::parse(text);
  REQUIRE_FALSE(value.ok());
  CHECK(value.error().code == Errc::invalid);
  CHECK_THAT(value.error().what, Catch::Contains(what));
}

TEST_CASE(
    "an object of nothing but names is read in the time it takes to read it, and a name that stands twice is seen") {
  std::string text = "{";
  for (int i = 0; i < 300'000; ++i) text += "\"n" + std::to_string(i) + "\":0,";
  CHECK(json::parse(text + "\"last\":0}").ok());
  const auto twice = json::parse(text + "\"n7\":0}");
  REQUIRE_FALSE(twice.ok());
  CHECK_THAT(twice.error().what, Catch::Contains("the name \"n7\" stands here twice"));
}

TEST_CASE("a value that gives back what it does not need is the same value") {
  json::Value value = json::Value::array();
  for (int i = 0; i < 5; ++i) {
    json::Value member;
    for (const char* name : {"a", "b", "c", "d", "e"}) member.add(name, std::string(40, 'x'));
    value.push(std::move(member));
  }
  const json::Value before = value;
  value.shrink_to_fit();
  CHECK(value == before);
  CHECK(value.items().capacity() == 5);
  CHECK(value.items().back().members().capacity() == 5);
}

TEST_CASE("depth is capped") {
  CHECK(json::parse(std::string(60, '[') + std::string(60, ']')).ok());
  CHECK_FALSE(json::parse(std::string(100'000, '[')).ok());
}

TEST_CASE("what is written is always valid") {
  CHECK(json::write(Value("a\xFFz\xC3")) == "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\"");
  CHECK(json::parse(json::write(Value(std::numeric_limits<double>::infinity()))).value().as_double() ==
        std::numeric_limits<double>::max());
  CHECK(json::write(Value(std::nan(""))) == "0");
  rc::check("any bytes", [](const std::string& bytes) {
    const auto back = json::parse(json::write(Value(bytes)));
    RC_ASSERT(back.ok());
  });
  rc::check("any double",
            [](double number) { RC_ASSERT(json::parse(json::write(Value(number))).value().as_double() == number); });
}

TEST_CASE("a large measure is read again as the number it is") {
  const double value = GENERATE(18652684568517914624.0, 1e20, -9.3e18, 9007199254740992.0, 123456789012345680.0);
  const auto read = json::parse(json::write(Value(value)));
  REQUIRE(read.ok());
  CHECK(read.value().as_double() == value);
}

TEST_CASE("numbers clamp instead of wrapping") {
  CHECK(Value(-1).as_uint() == 0);
  CHECK(Value(std::numeric_limits<std::uint64_t>::max()).as_int() == std::numeric_limits<std::int64_t>::max());
  CHECK(Value(1e300).as_uint() == std::numeric_limits<std::uint64_t>::max());
  CHECK(Value(-1e300).as_int() == std::numeric_limits<std::int64_t>::min());
  CHECK(Value("5").as_int() == 0);
}
