#include "agent/http_json/pointer.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"

namespace depops::agent::http_json {
namespace {

const json::Value& rfc() {
  static const json::Value value =
      json::parse(
          R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8,"k\"l":6," ":7,"t":true,"n":null,"x":1.5,"neg":-1})")
          .value();
  return value;
}

double number(const std::string& pointer) {
  const auto found = number_at(rfc(), pointer);
  REQUIRE(found.ok());
  REQUIRE(found->has_value());
  return **found;
}

}  // namespace

TEST_CASE("the examples of RFC 6901") {
  CHECK(at_pointer(rfc(), "") == &rfc());
  CHECK(at_pointer(rfc(), "/foo")->is_array());
  CHECK(at_pointer(rfc(), "/foo/0")->as_string() == "bar");
  CHECK(number("/") == 0);
  CHECK(number("/a~1b") == 1);
  CHECK(number("/c%d") == 2);
  CHECK(number("/m~0n") == 8);
  CHECK(number("/k\"l") == 6);
  CHECK(number("/ ") == 7);
}

TEST_CASE("what leads nowhere is nothing") {
  for (const char* pointer : {"/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/x", "/x/1", "/n", "/foo/0/1"}) {
    INFO(pointer);
    CHECK(number_at(rfc(), pointer).value() == std::nullopt);
  }
}

TEST_CASE("numbers, true and false are numbers; texts, lists and maps are not") {
  CHECK(number("/t") == 1);
  CHECK(number("/x") == 1.5);
  for (const char* pointer : {"/foo/0", "/foo", ""}) {
    CHECK(number_at(rfc(), pointer).error().what == "\"" + std::string(pointer) + "\" leads to no number");
  }
}

TEST_CASE("a counter is a whole number of 0 or more") {
  CHECK(count_at(rfc(), "/m~0n").value() == std::optional<std::uint64_t>(8));
  CHECK(count_at(rfc(), "/nowhere").value() == std::nullopt);
  CHECK_FALSE(count_at(rfc(), "/x").ok());
  CHECK_FALSE(count_at(rfc(), "/neg").ok());
}

}  // namespace depops::agent::http_json
