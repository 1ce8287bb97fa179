#include <sodium.h>

#include "shared/base/check.h"
#include "shared/signing/bytes.h"
#include "shared/signing/set_up.h"
#include "shared/signing/signing.h"

namespace depops::signing {

void set_up() {
  static const bool ready = sodium_init() >= 0;
  DEPOPS_CHECK(ready);
}

std::string sha256(std::string_view bytes) {
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), data_of(bytes), bytes.size());
  return hash;
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

Digest digest_of(std::string_view bytes) { return Digest("sha256:" + sha256_hex(bytes)); }

struct Sha256::State {
  crypto_hash_sha256_state hash;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->hash); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  DEPOPS_CHECK(state_ != nullptr);
  crypto_hash_sha256_update(&state_->hash, data_of(bytes), bytes.size());
}

Digest Sha256::finish() {
  DEPOPS_CHECK(state_ != nullptr);
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state_->hash, reinterpret_cast<unsigned char*>(hash.data()));
  state_.reset();
  return Digest("sha256:" + to_hex(hash));
}

std::string random_bytes(std::size_t count) {
  set_up();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace depops::signing
