#include "agent/main/trust_pin.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "shared/wire/limits.h"
#include "shared/wire/trust.h"

namespace depops::agent {
namespace {

std::string pin_path(const settings::Settings& settings) { return settings.state_directory + "/trust-root.pin"; }

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(wire::kFrameMax + 1, '\0');
  if (!file) return Error{Errc::not_found, path + ": can not be read: " + std::strerror(errno)};
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

Result<void> write_once(const std::string& path, const std::string& bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0 && errno == EEXIST) return {};
  const bool written =
      fd >= 0 && ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(fd) == 0;
  const int cause = errno;
  if (fd >= 0) ::close(fd);
  if (written) return {};
  if (fd >= 0) ::unlink(path.c_str());
  return Error{Errc::unavailable, path + ": can not be written: " + std::strerror(cause)};
}

Result<trust::SignedRoot> read_pinned(const std::string& path, const Digest& pinned) {
  DEPOPS_TRY(const std::string bytes, read_file(path));
  auto root = wire::read_trust_root(bytes);
  if (!root.ok()) return root.error().in(path);
  const Digest& digest = pinned.empty() ? root->digest : pinned;
  if (const auto why = trust::objection_to_first(*root, digest, wire::holds)) {
    return Error{Errc::refused, path + ": " + trust::name_of(why->code) + ": " + why->reason};
  }
  return std::move(*root);
}

Result<Digest> read_pin(const settings::Settings& settings) {
  const std::string path = pin_path(settings);
  auto text = read_file(path);
  if (!text.ok()) return text.error().in("no trust root is pinned; run depops-agent init --trust-root FILE");
  const Digest digest(text->substr(0, text->find('\n')));
  if (!is_digest(digest.str())) return Error{Errc::corrupt, path + ": is no digest; pin the trust root again"};
  return digest;
}

}  // namespace

Result<std::string> pin_trust_root(const settings::Settings& settings, const std::string& file) {
  if (settings.trust.root.empty()) {
    return Error{Errc::invalid, "the settings name no place for it; add  trust: {root: trust-root}"};
  }
  DEPOPS_TRY(const trust::SignedRoot root, read_pinned(file, {}));
  std::error_code failure;
  std::filesystem::create_directories(settings.state_directory, failure);
  if (failure) return Error{Errc::unavailable, settings.state_directory + ": " + failure.message()};
  DEPOPS_TRY_VOID(write_once(pin_path(settings), root.digest.str() + "\n"));
  DEPOPS_TRY(const Digest pinned, read_pin(settings));
  if (pinned != root.digest) {
    return Error{Errc::exists, "pinned here is " + pinned.str() +
                                   ", never replaced; a newer version comes with the "
                                   "desired state"};
  }
  DEPOPS_TRY_VOID(write_once(settings.trust.root, wire::sealed(root.document)));
  DEPOPS_TRY(const trust::SignedRoot kept, read_pinned(settings.trust.root, pinned));
  return kept.digest.str();
}

Result<std::optional<TrustSettings>> load_trust(const settings::Settings& settings) {
  if (settings.trust.root.empty()) return std::optional<TrustSettings>();
  DEPOPS_TRY(const Digest pinned, read_pin(settings));
  DEPOPS_TRY(trust::SignedRoot root, read_pinned(settings.trust.root, pinned));
  return std::optional(TrustSettings{std::move(root), settings.environment, wire::holds});
}

}  // namespace depops::agent
