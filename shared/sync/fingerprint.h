#pragma once

#include <cstdint>
#include <string>

namespace depops::sync {

// 64-bit fingerprint of bytes, never 0. Finds accidents (a cloned or restored site), is no proof against an attacker: a
// site that lies about its own log gains nothing, because what the hub recorded first stands.
std::uint64_t fingerprint(const std::string& bytes) noexcept;

}  // namespace depops::sync
