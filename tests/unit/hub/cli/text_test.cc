#include <catch2/catch.hpp>

#include "hub/cli/commits_file.h"
#include "hub/cli/describe.h"
#include "hub/cli/event_stream.h"
#include "hub/cli/json_text.h"
#include "hub/cli/time_text.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

using namespace depops;
using namespace depops::hub::cli;

TEST_CASE("times are read with their offset and written in UTC") {
  CHECK(write_time(*parse_time("2026-11-23T13:00:00+01:00")) == "2026-11-23T12:00:00.000Z");
  CHECK(write_time(*parse_time("2026-11-23T12:00:00.1234567Z")) == "2026-11-23T12:00:00.123Z");
  CHECK(write_time(*parse_time("2024-02-29T23:30:00-05:30")) == "2024-03-01T05:00:00.000Z");
  for (const char* text :
       {"", "2026-11-23", "2026-11-23T13:00:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23T25:00:00Z",
        "2026-11-23T13:00:00Zx", "2026-11-23T13:00:00+1:00", "2026-11-23 13:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text));
  }
}

TEST_CASE("YAML that is written can not be read as something else") {
  const auto value =
      json::parse(R"({"a":"yes","b":"1.10","c":"plain text","d":[],"e":{"f":[{"g":1,"h":null},"x: y"]},"":true})")
          .value();
  CHECK(yaml_text(value) ==
        "a: \"yes\"\nb: \"1.10\"\nc: plain text\nd: []\ne:\n  f:\n    - g: 1\n      h: null\n    - \"x: y\"\n\"\": "
        "true\n");
  CHECK(json::parse(pretty_json(value)).value() == value);
}

TEST_CASE("server-sent events are put together from lines") {
  EventReader reader;
  CHECK_FALSE(reader.take(": comment"));
  CHECK_FALSE(reader.take("id: 7\r"));
  CHECK_FALSE(reader.take("event: change"));
  CHECK_FALSE(reader.take("data: a"));
  CHECK_FALSE(reader.take("data: b"));
  const auto event = reader.take("");
  REQUIRE(event);
  CHECK(event->id == "7");
  CHECK(event->name == "change");
  CHECK(event->data == "a\nb");
  CHECK_FALSE(reader.take(""));
  CHECK(reader.last_id() == "7");
}

TEST_CASE("commits are read from lines and from JSON, and errors name the place") {
  const auto lines = parse_commits("abcdef1 2026-11-23T13:00:00+01:00 A title: here\n", "c");
  REQUIRE(lines.ok());
  CHECK(json::write(*lines) ==
        R"([{"sha":"abcdef1","committedAt":"2026-11-23T12:00:00.000Z","title":"A title: here"}])");
  const auto same =
      parse_commits(R"([{"sha":"abcdef1","committedAt":"2026-11-23T12:00:00Z","title":"A title: here"}])", "c");
  REQUIRE(same.ok());
  CHECK(*same == *lines);
  CHECK(parse_commits("ok\n", "c").trouble().text == "c:1: no commit of 7 to 64 hex digits stands first");
  CHECK_FALSE(parse_commits("[1]", "c").ok());
  const auto cut = parse_commits("abcdef1 2026-11-23T12:00:00Z " + std::string(199, 'x') + "\xc3\xa9\n", "c");
  REQUIRE(cut.ok());
  CHECK((*cut).items()[0]["title"].as_string() == std::string(199, 'x'));
}

TEST_CASE("a site whose machine's clock is off is described with it, and one that is right without") {
  const auto described = [](const std::string& clock) {
    return described_site(*json::parse(R"({"name":"fra-1","labels":{},"facts":[],"services":[])" + clock + "}"), false);
  };
  CHECK_THAT(described(R"(,"clock":{"trusted":true,"skewSeconds":315532800})"),
             Catch::Contains("Clock:") && Catch::Contains(", ahead: the site goes by the hub's time"));
  CHECK_THAT(described(R"(,"clock":{"trusted":true,"skewSeconds":-61})"), Catch::Contains(", behind"));
  CHECK_THAT(described(R"(,"clock":{"trusted":false,"skewSeconds":0})"), Catch::Contains("nobody vouches"));
  for (const char* right : {"", R"(,"clock":{"trusted":true,"skewSeconds":60})"})
    CHECK_THAT(described(right), !Catch::Contains("Clock"));
}
