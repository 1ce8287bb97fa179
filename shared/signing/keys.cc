#include <sodium.h>

#include <algorithm>

#include "shared/base/check.h"
#include "shared/signing/bytes.h"
#include "shared/signing/set_up.h"
#include "shared/signing/signing.h"

namespace depops::signing {

KeyId PublicKey::id() const {
  const std::string_view bytes(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  return KeyId(sha256_hex(bytes).substr(0, 16));
}

SecretKey SecretKey::from_seed(const std::array<std::uint8_t, 32>& seed) {
  set_up();
  SecretKey key;
  key.secret_ = std::make_unique<std::array<std::uint8_t, 64>>();
  std::array<std::uint8_t, PublicKey::kSize> open{};
  static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_PUBLICKEYBYTES == PublicKey::kSize);
  DEPOPS_CHECK(crypto_sign_seed_keypair(open.data(), key.secret_->data(), seed.data()) == 0);
  key.public_ = PublicKey(open);
  return key;
}

SecretKey SecretKey::generate() {
  set_up();
  std::array<std::uint8_t, 32> seed{};
  randombytes_buf(seed.data(), seed.size());
  SecretKey key = from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

SecretKey::~SecretKey() {
  if (secret_) sodium_memzero(secret_->data(), secret_->size());
}

std::string pae(std::string_view payload_type, std::string_view body) {
  std::string text = "DSSEv1 ";
  text.reserve(payload_type.size() + body.size() + 48);
  text += std::to_string(payload_type.size()) + " ";
  text += payload_type;
  text += " " + std::to_string(body.size()) + " ";
  text += body;
  return text;
}

std::string SecretKey::sign(std::string_view payload_type, std::string_view body) const {
  return sign_text(pae(payload_type, body));
}

std::string SecretKey::sign_text(std::string_view text) const {
  DEPOPS_CHECK(secret_ != nullptr);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, data_of(text), text.size(),
                       secret_->data());
  return signature;
}

bool verify(std::string_view payload_type, std::string_view body, std::string_view signature, const PublicKey& key) {
  set_up();
  if (signature.size() != crypto_sign_BYTES) return false;
  const std::string text = pae(payload_type, body);
  return crypto_sign_verify_detached(data_of(signature), data_of(text), text.size(), key.bytes().data()) == 0;
}

}  // namespace depops::signing
