#include "shared/join/key_words.h"

#include <array>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

using namespace depops;

namespace {

std::vector<std::string> words_of(std::uint8_t seed) {
  std::array<std::uint8_t, signing::PublicKey::kSize> bytes{};
  bytes[0] = seed;
  std::istringstream text(join::key_words(signing::PublicKey(bytes)));
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

}  // namespace

TEST_CASE("a key is six words, always the same, and another key is other words") {
  std::set<std::vector<std::string>> all;
  std::set<std::string> used;
  for (int seed = 0; seed < 256; ++seed) {
    const auto words = words_of(static_cast<std::uint8_t>(seed));
    REQUIRE(words.size() == join::kKeyWords);
    for (const std::string& word : words) {
      CHECK(word.size() >= 3);
      CHECK(word.size() <= 9);
      CHECK(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos);
      used.insert(word);
    }
    CHECK(words_of(static_cast<std::uint8_t>(seed)) == words);
    all.insert(words);
  }
  CHECK(all.size() == 256);
  CHECK(used.size() > 240);  // 1,536 words drawn from 256
}
