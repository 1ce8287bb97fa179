#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/names.h"
#include "shared/base/result.h"

// Hashes, keys and signatures. Bytes travel in std::string. Thread: all functions may be called from any thread.
namespace depops::signing {

std::string sha256(std::string_view bytes);      // 32 bytes
std::string sha256_hex(std::string_view bytes);  // 64 lower-case hex digits
Digest digest_of(std::string_view bytes);        // "sha256:" and 64 hex digits

// SHA-256 of something that comes in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);  // RFC 4648, section 4, with padding
// One text for each bytes: spaces, missing padding and stray bits are `invalid`.
Result<std::string> from_base64(std::string_view text);
std::string random_bytes(std::size_t count);  // from the system, for keys, tokens and incarnations
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Ed25519. The id is a hint for finding the key: the first 16 hex digits of the SHA-256 of the public key.
class PublicKey {
 public:
  static constexpr std::size_t kSize = 32;
  PublicKey() = default;
  explicit PublicKey(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}

  const std::array<std::uint8_t, kSize>& bytes() const noexcept { return bytes_; }
  KeyId id() const;
  bool operator==(const PublicKey&) const = default;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

// Held once, wiped when it goes. Never printed; there is no way to get the bytes out but save_secret_key().
class SecretKey {
 public:
  static SecretKey generate();
  static SecretKey from_seed(const std::array<std::uint8_t, 32>& seed);
  SecretKey(SecretKey&&) noexcept = default;
  SecretKey& operator=(SecretKey&&) noexcept = default;
  ~SecretKey();

  const PublicKey& public_key() const noexcept { return public_; }
  KeyId id() const { return public_.id(); }
  // 64 bytes: Ed25519 over pae(payload_type, body).
  std::string sign(std::string_view payload_type, std::string_view body) const;
  // The same over the text itself, as signed notes have it. For keys that sign nothing else: it names no type.
  std::string sign_text(std::string_view text) const;

 private:
  SecretKey() = default;
  friend Result<void> save_secret_key(const std::string& path, const SecretKey& key);

  std::unique_ptr<std::array<std::uint8_t, 64>> secret_;
  PublicKey public_;
};

// What is signed (DSSE): "DSSEv1 <len type> <type> <len body> <body>". Bytes of one type never verify as another.
std::string pae(std::string_view payload_type, std::string_view body);

bool verify(std::string_view payload_type, std::string_view body, std::string_view signature, const PublicKey& key);

// Text form: "depops-ed25519-public BASE64" and "depops-ed25519-secret BASE64", one line.
std::string to_text(const PublicKey& key);
Result<PublicKey> public_key_of(std::string_view text);

// Never replaces a file. Secret: mode 0600; a file others may read is refused when it is loaded.
Result<void> save_secret_key(const std::string& path, const SecretKey& key);
Result<void> save_public_key(const std::string& path, const PublicKey& key);
Result<SecretKey> load_secret_key(const std::string& path);
Result<PublicKey> load_public_key(const std::string& path);

}  // namespace depops::signing
