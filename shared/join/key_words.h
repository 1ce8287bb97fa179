#pragma once

#include <string>

#include "shared/signing/signing.h"

namespace depops::join {

inline constexpr std::size_t kKeyWords = 6;

// A key as people read it to each other over the phone: the first 48 bits of its SHA-256 as six words, a space between
// them. To make another key with the same words takes 2^48 tries, and somebody must be waiting for it meanwhile.
std::string key_words(const signing::PublicKey& key);

}  // namespace depops::join
