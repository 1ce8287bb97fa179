#include "shared/base/names.h"

#include <catch2/catch.hpp>
#include <string>

namespace depops {

TEST_CASE("names are lower case, digits and inner hyphens, at most 63 long") {
  for (const char* good : {"a", "fra-1", "0", "a0-b", "x--y"}) CHECK(is_name(good));
  for (const char* bad : {"", "-a", "a-", "A", "a_b", "a/b", "a.b", "+", "#", "..", "\xc3\xa9"})
    CHECK_FALSE(is_name(bad));
  CHECK(is_name(std::string(63, 'a')));
  CHECK_FALSE(is_name(std::string(64, 'a')));
  CHECK_FALSE(is_name(std::string("a\0b", 3)));
}

TEST_CASE("version labels start with a letter or digit and never hold a path") {
  for (const char* good : {"1.0", "v2", "2026-11-23_1+build.7"}) CHECK(is_version_label(good));
  for (const char* bad : {"", ".1", "-1", "a/b", "a b", "..", "1:2"}) CHECK_FALSE(is_version_label(bad));
}

TEST_CASE("a digest is sha256 and 64 lower-case hex digits") {
  CHECK(is_digest("sha256:" + std::string(64, 'a')));
  CHECK_FALSE(is_digest("sha256:" + std::string(63, 'a')));
  CHECK_FALSE(is_digest("sha256:" + std::string(64, 'A')));
  CHECK_FALSE(is_digest("sha512:" + std::string(64, 'a')));
}

}  // namespace depops
