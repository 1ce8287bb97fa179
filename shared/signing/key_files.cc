#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "shared/signing/bytes.h"
#include "shared/signing/signing.h"

namespace depops::signing {
namespace {

constexpr std::string_view kPublicPrefix = "depops-ed25519-public ";
constexpr std::string_view kSecretPrefix = "depops-ed25519-secret ";
constexpr std::size_t kFileMax = 4096;

std::string base64_text(const unsigned char* data, std::size_t size) {
  std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), data, size, sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

// The whole text. The library takes some bytes above 127 for letters of the alphabet.
bool decode_base64(std::string_view text, unsigned char* out, std::size_t room, std::size_t& size) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }))
    return false;
  const char* end = nullptr;
  const int failed =
      sodium_base642bin(out, room, text.data(), text.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
  return failed == 0 && end == text.data() + text.size();
}

bool decode_key(std::string_view text, std::string_view prefix, std::array<std::uint8_t, 32>& out) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  std::size_t size = 0;
  return decode_base64(text, out.data(), out.size(), size) && size == out.size();
}

Error system_error(const std::string& path, const std::string& remedy) {
  const Errc code = errno == ENOENT ? Errc::not_found : errno == EEXIST ? Errc::exists : Errc::internal;
  return {code, path + ": " + std::strerror(errno) + "; " + remedy};
}

Result<void> write_new(const std::string& path, const std::string& text, mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return system_error(path, "a key file is never replaced: remove it first if it must go");
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int cause = errno;
  ::close(fd);
  if (written) return {};
  ::unlink(path.c_str());
  errno = cause;
  return system_error(path, "make room on the disk or choose another directory");
}

Result<std::string> read_small(const std::string& path, bool secret) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error(path, "check the path and who may read it");
  struct stat facts {};
  const bool exposed = secret && (::fstat(fd, &facts) != 0 || (facts.st_mode & 077) != 0);
  std::string text(kFileMax, '\0');
  const ssize_t count = exposed ? 0 : ::read(fd, text.data(), text.size());
  ::close(fd);
  if (exposed) return Error{Errc::refused, path + ": others may read this secret key; set its mode to 0600"};
  if (count < 0) return system_error(path, "check the file");
  text.resize(static_cast<std::size_t>(count));
  return text;
}

}  // namespace

std::string to_base64(std::string_view bytes) { return base64_text(data_of(bytes), bytes.size()); }

Result<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  if (!decode_base64(text, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), size))
    return Error{Errc::invalid, "not base64"};
  bytes.resize(size);
  return bytes;
}

std::string to_text(const PublicKey& key) {
  return std::string(kPublicPrefix) + base64_text(key.bytes().data(), key.bytes().size());
}

Result<PublicKey> public_key_of(std::string_view text) {
  std::array<std::uint8_t, PublicKey::kSize> bytes{};
  if (!decode_key(text, kPublicPrefix, bytes)) {
    return Error{Errc::invalid, "not a public key: expected one line \"" + std::string(kPublicPrefix) + "BASE64\""};
  }
  return PublicKey(bytes);
}

Result<void> save_secret_key(const std::string& path, const SecretKey& key) {
  std::string text =
      std::string(kSecretPrefix) + base64_text(key.secret_->data(), 32) + "\n";  // the first half is the seed
  auto result = write_new(path, text, 0600);
  sodium_memzero(text.data(), text.size());
  return result;
}

Result<void> save_public_key(const std::string& path, const PublicKey& key) {
  return write_new(path, to_text(key) + "\n", 0644);
}

Result<SecretKey> load_secret_key(const std::string& path) {
  DEPOPS_TRY(std::string text, read_small(path, true));
  std::array<std::uint8_t, 32> seed{};
  const bool good = decode_key(text, kSecretPrefix, seed);
  sodium_memzero(text.data(), text.size());
  if (!good) {
    return Error{Errc::invalid, path + ": not a secret key: expected one line \"" + std::string(kSecretPrefix) +
                                    "BASE64\", as written when the key was made"};
  }
  SecretKey key = SecretKey::from_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<PublicKey> load_public_key(const std::string& path) {
  DEPOPS_TRY(const std::string text, read_small(path, false));
  auto key = public_key_of(text);
  if (!key) return key.error().in(path);
  return key;
}

}  // namespace depops::signing
