#include "shared/manifest/diagnostic.h"

#include <catch2/catch.hpp>

using namespace depops::manifest;

TEST_CASE("the nearest known word is found by edits") {
  const std::vector<std::string> known{"setWeight", "pause", "analysis", "approval"};
  CHECK(nearest("setWeigth", known) == "setWeight");
  CHECK(nearest("puase", known) == "pause");
  CHECK(nearest("analisis", known) == "analysis");
  CHECK(nearest("somethingElse", known).empty());
  CHECK(nearest("", known).empty());
  CHECK(nearest(std::string(10'000, 'a'), known).empty());
}

TEST_CASE("a diagnostic names file, line, column and path") {
  const Diagnostic whole{"a.yaml", {}, "", "holds no document"};
  const Diagnostic one{"a.yaml", {3, 7}, "spec.x", "is wrong"};
  CHECK(to_string(whole) == "a.yaml: holds no document");
  CHECK(to_string(one) == "a.yaml:3:7: spec.x: is wrong");
  CHECK(to_string({whole, one}) == "a.yaml: holds no document\na.yaml:3:7: spec.x: is wrong\n");
}

TEST_CASE("what a file says can not steer the terminal it is shown on") {
  CHECK(quoted("a\x1b[31m\nb") == "\"a?[31m?b\"");
  CHECK(quoted(std::string(100, 'x')).size() == 65);
  CHECK(to_string({"a.yaml", {3, 7}, "spec.settings.a\x1b[31m", "is wrong"}) ==
        "a.yaml:3:7: spec.settings.a?[31m: is wrong");
}

TEST_CASE("what is too long to be shown is not cut in the middle of a character") {
  const std::string text = std::string(59, 'x') + "\xC3\xA9" + std::string(10, 'y');
  CHECK(quoted(text) == '"' + std::string(59, 'x') + "...\"");
  CHECK(quoted(std::string(58, 'x') + "\xC3\xA9") == '"' + std::string(58, 'x') + "\xC3\xA9\"");
}
