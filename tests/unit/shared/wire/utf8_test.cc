#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <string>

#include "shared/wire/intake.h"

// Plain text is looked at eight bytes at a time: what is none must be found wherever it stands.
namespace depops::wire {
namespace {

const std::string kWellFormed[] = {"a",
                                   "\x7f",
                                   "\xC2\x80",
                                   "\xDF\xBF",
                                   "\xE0\xA0\x80",
                                   "\xED\x9F\xBF",
                                   "\xEF\xBF\xBF",
                                   "\xF0\x90\x80\x80",
                                   "\xF4\x8F\xBF\xBF"};
const std::string kBroken[] = {"\x80",         "\xC0\xAF",         "\xC1\xBF",         "\xC2",     "\xE0\x9F\xBF",
                               "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"};

}  // namespace

TEST_CASE("what is no UTF-8 is found at every place of a long plain text, and what is one is none") {
  for (std::size_t before = 0; before <= 17; ++before) {
    for (std::size_t after = 0; after <= 17; ++after) {
      const std::string head(before, 'a');
      const std::string tail(after, 'z');
      for (const std::string& good : kWellFormed) REQUIRE(is_utf8(head + good + tail));
      for (const std::string& bad : kBroken) REQUIRE_FALSE(is_utf8(head + bad + tail));
    }
  }
  REQUIRE(is_utf8(""));
}

TEST_CASE("any mixture of well-formed pieces is UTF-8 until one broken piece is in it") {
  REQUIRE(rc::check("pieces", [] {
    std::string text;
    for (const auto at : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 9)))
      text += kWellFormed[at];
    RC_ASSERT(is_utf8(text));
    RC_ASSERT(!is_utf8(text + kBroken[*rc::gen::inRange<std::size_t>(0, 10)]));
    RC_ASSERT(!is_utf8(kBroken[*rc::gen::inRange<std::size_t>(0, 10)] + text));
  }));
}

}  // namespace depops::wire
