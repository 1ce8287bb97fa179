#include "shared/wire/seal.h"

#include <algorithm>

#include "depops/v1/frame.pb.h"
#include "shared/wire/intake.h"
#include "shared/wire/limits.h"
#include "shared/wire/trust.h"

namespace depops::wire {
namespace {

constexpr std::size_t kSignatureSize = 64;

Result<v1::Frame> parse_frame(std::string_view bytes) {
  v1::Frame frame;
  if (bytes.size() > kFrameMax) {
    return Error{Errc::invalid, "frame of " + std::to_string(bytes.size()) + " bytes; at most " +
                                    std::to_string(kFrameMax) + " are taken"};
  }
  if (!parse(bytes, frame)) return malformed("frame");
  if (static_cast<std::size_t>(frame.signatures_size()) > kSignaturesMax) {
    return Error{Errc::invalid, "frame with " + std::to_string(frame.signatures_size()) + " signatures; at most " +
                                    std::to_string(kSignaturesMax) + " are taken"};
  }
  return frame;
}

const signing::PublicKey* signer_of(std::string_view type, const v1::Frame& frame, const v1::Signature& signature,
                                    std::span<const signing::PublicKey> keys) {
  if (signature.ed25519().size() != kSignatureSize) return nullptr;
  const auto holds = [&](const signing::PublicKey& key) {
    return signing::verify(type, frame.body(), signature.ed25519(), key);
  };
  const auto hinted = [&](const signing::PublicKey& key) { return key.id().str() == signature.key_id(); };
  // The hinted key first, then the others: the hint saves time and decides nothing.
  const auto first = std::find_if(keys.begin(), keys.end(), hinted);
  if (first != keys.end() && holds(*first)) return &*first;
  const auto any = std::find_if(keys.begin(), keys.end(), holds);
  return any == keys.end() ? nullptr : &*any;
}

}  // namespace

std::string seal(std::string_view body, std::span<const Signature> signatures) {
  v1::Frame frame;
  frame.set_body(body.data(), body.size());
  for (const Signature& signature : signatures) {
    auto* out = frame.add_signatures();
    out->set_key_id(signature.key.str());
    out->set_ed25519(signature.ed25519);
  }
  return serialized(frame);
}

std::string seal(std::string_view type, std::string_view body, const signing::SecretKey& key) {
  const Signature signature{key.id(), key.sign(type, body)};
  return seal(body, std::span(&signature, 1));
}

Result<Opened> open(std::string_view type, std::string_view bytes, std::span<const signing::PublicKey> keys) {
  DEPOPS_TRY(v1::Frame frame, parse_frame(bytes));
  Opened opened;
  for (const auto& signature : frame.signatures()) {
    const signing::PublicKey* signer = signer_of(type, frame, signature, keys);
    if (signer == nullptr) continue;
    const KeyId id = signer->id();
    if (std::find(opened.signers.begin(), opened.signers.end(), id) == opened.signers.end()) {
      opened.signers.push_back(id);
    }
  }
  if (opened.signers.empty()) {
    return Error{Errc::refused,
                 "no signature of a known key holds for this frame; it was altered, or its key is not "
                 "registered here"};
  }
  opened.body = std::move(*frame.mutable_body());
  return opened;
}

Result<trust::Signed> unsealed(std::string_view type, std::string_view bytes) {
  DEPOPS_TRY(v1::Frame frame, parse_frame(bytes));
  trust::Signed document;
  document.type = type;
  for (const auto& signature : frame.signatures()) {
    document.signatures.push_back({KeyId(clipped(signature.key_id(), kIdMax)), signature.ed25519()});
  }
  document.body = std::move(*frame.mutable_body());
  return document;
}

Result<std::string> unverified_body(std::string_view bytes) {
  DEPOPS_TRY(v1::Frame frame, parse_frame(bytes));
  return std::move(*frame.mutable_body());
}

}  // namespace depops::wire
