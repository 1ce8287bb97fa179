#pragma once

#include <string>
#include <string_view>

#include "shared/base/result.h"
#include "shared/signing/signing.h"
#include "shared/trust/accept_root.h"
#include "shared/trust/root.h"
#include "shared/trust/signed.h"

// Trust roots as bytes, and the cryptography that shared/trust asks for as a function. Errors as in documents.h.
namespace depops::wire {

inline constexpr std::size_t kTrustRootMax = 256 * 1024;  // encoded

// trust::Verifies with Ed25519.
bool holds(std::string_view type, std::string_view body, std::string_view signature, const trust::Key& key);

trust::Key key_of(const signing::PublicKey& key);

// Deterministic. Decoding takes every shape; trust::check() says whether the rules hold.
std::string encode_trust_root(const trust::TrustRoot& root);
Result<trust::TrustRoot> decode_trust_root(std::string_view bytes);

// Body and signatures of a frame as they stand there: nothing is verified.
Result<trust::Signed> unsealed(std::string_view type, std::string_view frame);
std::string sealed(const trust::Signed& document);

// A trust root as it travels and is kept: a frame. Nothing is verified; ask accept_root.h.
Result<trust::SignedRoot> read_trust_root(std::string_view frame);

}  // namespace depops::wire
