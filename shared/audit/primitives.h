#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "shared/base/result.h"

// What the log needs of a library and does not do itself; shared/signing/log_primitives.h has the real ones.
namespace depops::audit {

using Hash = std::array<std::uint8_t, 32>;         // SHA-256
using VerifierKey = std::array<std::uint8_t, 32>;  // Ed25519, public

struct Primitives {
  Hash (*sha256)(std::string_view bytes);
  // Ed25519 over the text itself.
  bool (*verify)(std::string_view text, std::string_view signature, const VerifierKey& key);
  std::string (*to_base64)(std::string_view bytes);  // RFC 4648, section 4, with padding
  Result<std::string> (*from_base64)(std::string_view text);
};

inline std::string_view bytes_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

// `corrupt`: not 32 bytes.
Result<Hash> hash_of(std::string_view bytes);

}  // namespace depops::audit
