#include "agent/kubernetes/manifests/read_yaml.h"

#include <catch2/catch.hpp>

#include "shared/json/write.h"

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

std::string object(const std::string& more) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: " + more + "\n";
}

std::string data(const std::string& value) {
  const auto read = read_manifests(object("{x: " + value + "}"), "app.yaml");
  if (!read.ok()) return read.error().what;
  return json::write((*read)[0].body["data"]["x"]);
}

std::string said_of(const std::string& text) {
  const auto read = read_manifests(text, "app.yaml");
  return read.ok() ? "taken" : read.error().what;
}

}  // namespace

TEST_CASE("what belongs to nothing before it is refused where it stands") {
  CHECK(said_of(object("{}") + "---\n, a\n") ==
        "app.yaml:6:1: what stands here belongs to nothing before it; look for a bracket or comma too many");
  CHECK(said_of(", a").find("app.yaml:1:1: ") == 0);
  CHECK(said_of("---\n---\n" + object("{}") + "---\n---\n" + object("{}")) == "taken");
}

TEST_CASE("a value is what kubectl takes it for") {
  const std::pair<const char*, const char*> rows[] = {{"true", "true"},
                                                      {"False", "false"},
                                                      {"12", "12"},
                                                      {"-12", "-12"},
                                                      {"+7", "7"},
                                                      {"0644", "420"},
                                                      {"0o644", "420"},
                                                      {"0x1F", "31"},
                                                      {"0b101", "5"},
                                                      {"1.5", "1.5"},
                                                      {"1e3", "1000"},
                                                      {"~", "null"},
                                                      {"null", "null"},
                                                      {"1.2.3", "\"1.2.3\""},
                                                      {"512Mi", "\"512Mi\""},
                                                      {"250m", "\"250m\""},
                                                      {"2020-01-02", "\"2020-01-02\""},
                                                      {"'yes'", "\"yes\""},
                                                      {"\"0644\"", "\"0644\""},
                                                      {"8080:80", "\"8080:80\""},
                                                      {"-", "\"-\""},
                                                      {"18446744073709551615", "18446744073709551615"},
                                                      {"-9223372036854775808", "-9223372036854775808"}};
  for (const auto& [text, json] : rows) {
    CAPTURE(text);
    CHECK(data(text) == json);
  }
}

TEST_CASE("what readers of YAML disagree about is refused with the remedy") {
  for (const char* text : {"yes", "NO", "on", "y", "1_000", "089", ".inf", "-.nan"}) {
    CAPTURE(text);
    CHECK(data(text).find("quote it") != std::string::npos);
    CHECK(data(text).find("app.yaml:4:11: ") == 0);
  }
  CHECK(data("99999999999999999999").find("larger than any whole number") != std::string::npos);
  CHECK(data("1e999").find("no number that the API can hold") != std::string::npos);
}

TEST_CASE("documents become objects with their places, and a List its items") {
  const auto read =
      read_manifests("---\n" + object("{}") +
                         "---\n\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, "
                         "kind: Secret, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n",
                     "k8s/app.yaml");
  REQUIRE(read.ok());
  REQUIRE(read->size() == 3);
  CHECK((*read)[0].place == "k8s/app.yaml:2: ConfigMap web");
  CHECK((*read)[2].place == "k8s/app.yaml:9: Secret b");
  CHECK((*read)[1].body["metadata"]["name"].as_string() == "a");
  CHECK(read_manifests("", "empty.yaml")->empty());
}

TEST_CASE("JSON is YAML, too, and blocks stay as they are") {
  CHECK(data("\"a\\nb\"") == "\"a\\nb\"");
  const auto read = read_manifests(object("\n  x: |\n    yes\n    no\n"), "app.yaml");
  REQUIRE(read.ok());
  CHECK((*read)[0].body["data"]["x"].as_string() == "yes\nno\n");
  const auto json =
      read_manifests(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"j"},"data":{"on":"1"}})", "j.json");
  REQUIRE(json.ok());
  CHECK((*json)[0].body["data"]["on"].as_string() == "1");
}

TEST_CASE("what is no manifest is refused where it stands") {
  CHECK(said_of("a: 1\na: 2\n") == "app.yaml:2:1: the key 'a' stands twice; first in line 1");
  CHECK(said_of("a: &x 1\n").find("anchors") != std::string::npos);
  CHECK(said_of("a: *x\n") != "taken");
  CHECK(said_of("a: !!binary aGk=\n").find("tags") != std::string::npos);
  CHECK(said_of("? {a: 1}\n: 2\n").find("a key must be a text") != std::string::npos);
  CHECK(said_of("a: [\n").find("this is no YAML") != std::string::npos);
  CHECK(said_of("just text").find("needs apiVersion and kind") != std::string::npos);
  CHECK(said_of("apiVersion: v1\nkind: Secret\n").find("metadata.name is missing") != std::string::npos);
  CHECK(said_of(std::string(kManifestTextMax + 1, ' ')).find("larger than 1 MiB") != std::string::npos);
  CHECK(said_of(std::string(100, '[') + std::string(100, ']')).find("levels deep") != std::string::npos);
  CHECK(said_of(std::string(200'000, '[')) != "taken");
}

TEST_CASE("more objects than a version may have are refused") {
  std::string text;
  for (std::size_t i = 0; i <= kManifestObjectsMax; ++i) text += object("{}") + "---\n";
  CHECK(said_of(text).find("more than 200 objects") != std::string::npos);
}
