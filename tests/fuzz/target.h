#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/check.h"
#include "shared/signing/signing.h"

// What a fuzz target is made of. Each <target>.cc defines judge() and seeds(); start.cc brings them to libFuzzer.
namespace depops::fuzz {

// Asks the product what it makes of `bytes` and aborts if that breaks a rule. True: they were taken for what the target
// is about.
bool judge(std::string_view bytes);

struct Seed {
  std::string name;  // of a file
  std::string bytes;
  bool taken = true;  // what judge() must say of it
};

// Where the search begins.
std::vector<Seed> seeds();

// The files of a folder of this tree whose names begin and end so.
std::vector<Seed> files(const std::string& folder, const std::string& begin, const std::string& end, bool taken = true);

// Always the same key for the same number: inputs that were found stay what they were.
const signing::SecretKey& key(std::uint8_t number);

// What was decoded encodes to bytes that decode to the same value, and encodes to the same bytes again.
template <typename T, typename Encode, typename Decode>
void comes_back(const T& value, const Encode& encode, const Decode& decode) {
  const std::string bytes = encode(value);
  const auto again = decode(bytes);
  if (!again.ok()) std::fprintf(stderr, "encoded again it is refused: %s\n", again.error().what.c_str());
  DEPOPS_CHECK(again.ok());
  DEPOPS_CHECK(again.value() == value);
  DEPOPS_CHECK(encode(again.value()) == bytes);
}

}  // namespace depops::fuzz
