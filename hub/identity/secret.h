#pragma once

#include <string>

namespace depops::hub::identity {

// `prefix` and 256 bits from the system's random source as base64url: safe in headers, addresses and shells.
std::string new_secret(const std::string& prefix);

// SHA-256 as 64 hex digits.
std::string fingerprint(const std::string& secret);

// Takes the same time wherever the texts differ.
bool same(const std::string& a, const std::string& b);

}  // namespace depops::hub::identity
