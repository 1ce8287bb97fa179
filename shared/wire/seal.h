#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/signing/signing.h"

// Frames: bytes with signatures over exactly these bytes.
namespace depops::wire {

inline constexpr std::string_view kBodyType = "application/vnd.depops.frame.v1+protobuf";
inline constexpr std::string_view kDesiredType = "application/vnd.depops.desired.v1+protobuf";

struct Signature {
  KeyId key;
  std::string ed25519;  // 64 bytes
};

// Either with the key at hand, or with signatures that a signer process made over pae(type, body).
std::string seal(std::string_view type, std::string_view body, const signing::SecretKey& key);
std::string seal(std::string_view body, std::span<const Signature> signatures);

struct Opened {
  std::string body;            // the verified bytes: decode these and no others
  std::vector<KeyId> signers;  // keys whose signature holds, each once, at least one
};

// Key ids in the frame are hints: a signature counts if one of `keys` made it. `corrupt`: not a frame; `refused`: no
// signature of ours holds.
Result<Opened> open(std::string_view type, std::string_view frame, std::span<const signing::PublicKey> keys);

// The body without looking at signatures, for showing what was dropped.
Result<std::string> unverified_body(std::string_view frame);

}  // namespace depops::wire
