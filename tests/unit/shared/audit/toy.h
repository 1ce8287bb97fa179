#pragma once

#include <string>

#include "shared/audit/primitives.h"

// Stand-ins for hash, signature and base64, so that the rules run without a library and under sanitizers. The real ones
// are used in tests/vectors. Not safe against anybody.
namespace depops::audit {

inline Hash toy_hash(std::string_view bytes) {
  Hash hash{};
  for (std::size_t part = 0; part < 4; ++part) {
    std::uint64_t sum = 0xcbf29ce484222325ULL + part;
    for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    sum ^= sum >> 29;
    for (std::size_t i = 0; i < 8; ++i) hash[part * 8 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
  }
  return hash;
}

inline std::string toy_sign(std::string_view text, const VerifierKey& key) {
  return std::string(bytes_of(toy_hash(std::string(bytes_of(key)).append(text))));
}

inline bool toy_verify(std::string_view text, std::string_view signature, const VerifierKey& key) {
  return signature == toy_sign(text, key);
}

inline std::string toy_base64(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text.push_back(static_cast<char>('a' + (static_cast<unsigned char>(byte) >> 4)));
    text.push_back(static_cast<char>('a' + (static_cast<unsigned char>(byte) & 15)));
  }
  return text;
}

inline Result<std::string> toy_bytes(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return Error{Errc::invalid, "half a byte"};
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const unsigned high = static_cast<unsigned char>(text[i]) - 'a';
    const unsigned low = static_cast<unsigned char>(text[i + 1]) - 'a';
    if (high > 15 || low > 15) return Error{Errc::invalid, "not of the alphabet"};
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

inline const Primitives& toy() {
  static const Primitives all{toy_hash, toy_verify, toy_base64, toy_bytes};
  return all;
}

}  // namespace depops::audit
