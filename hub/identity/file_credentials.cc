#include "hub/identity/file_credentials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "hub/identity/secret.h"

namespace depops::hub::identity {
namespace fs = std::filesystem;
namespace {

constexpr auto kCodeLife = std::chrono::minutes(10);
constexpr auto kSessionLife = std::chrono::hours(12);
constexpr auto kSessionIdle = std::chrono::minutes(30);
constexpr auto kSessionTouch = std::chrono::minutes(1);  // the idle time is written at most this often
constexpr std::size_t kSecretMax = 200;

struct Lease {
  Instant ends{};
  Instant last_use{};  // the file's modification time, so that using one never brings back what was ended meanwhile
};

Result<void> write_file(const fs::path& path, const std::string& text) {
  const fs::path fresh = path.string() + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0)
    return Error{Errc::unavailable, "can not write " + path.string() + "; is the disk full or read-only?"};
  return {};
}

void touch(const fs::path& path, Instant now) {
  const auto ms = now.time_since_epoch().count();
  const timespec at{static_cast<time_t>(ms / 1000), static_cast<long>(ms % 1000) * 1'000'000};
  const timespec times[] = {at, at};
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
}

Result<void> write_lease(const fs::path& path, Instant ends, Instant now) {
  DEPOPS_TRY_VOID(write_file(path, std::to_string(ends.time_since_epoch().count()) + "\n"));
  touch(path, now);
  return {};
}

std::optional<Lease> read_lease(const fs::path& path) {
  std::ifstream in(path);
  std::int64_t ends = 0;
  struct stat facts {};
  if (!(in >> ends) || ::stat(path.c_str(), &facts) != 0) return std::nullopt;
  const Millis used{facts.st_mtim.tv_sec * 1000 + facts.st_mtim.tv_nsec / 1'000'000};
  return Lease{Instant(Millis(ends)), Instant(used)};
}

bool idle(const Lease& lease, Instant now) { return now >= lease.last_use + kSessionIdle; }

const Actor kAdmin("admin");

}  // namespace

Result<std::unique_ptr<FileCredentials>> FileCredentials::open(const fs::path& directory) {
  std::error_code failed;
  for (const fs::path& part : {directory, directory / "codes", directory / "sessions"}) {
    fs::create_directories(part, failed);
    if (failed || ::chmod(part.c_str(), 0700) != 0)
      return Error{Errc::unavailable, "can not use " + part.string() + "; make it a directory this user can write"};
  }
  return std::unique_ptr<FileCredentials>(new FileCredentials(directory));
}

fs::path FileCredentials::code_file(const std::string& code) const { return directory_ / "codes" / fingerprint(code); }

fs::path FileCredentials::session_file(const std::string& cookie) const {
  return directory_ / "sessions" / fingerprint(cookie);
}

void FileCredentials::drop_expired(const fs::path& part, Instant now) const {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(part, failed)) {
    const auto lease = read_lease(entry.path());
    if (lease && now >= lease->ends) fs::remove(entry.path(), failed);
  }
}

Result<std::string> FileCredentials::make_token() {
  const std::string token = new_secret("dpo_");
  DEPOPS_TRY_VOID(write_file(directory_ / "token", fingerprint(token) + "\n"));
  return token;
}

std::optional<Actor> FileCredentials::holder_of_token(const std::string& token) const {
  std::ifstream in(directory_ / "token");
  std::string kept;
  if (token.empty() || token.size() > kSecretMax || !(in >> kept)) return std::nullopt;
  if (!same(fingerprint(token), kept)) return std::nullopt;
  return kAdmin;
}

Result<OneTimeCode> FileCredentials::make_code(Instant now) {
  drop_expired(directory_ / "codes", now);
  OneTimeCode out{new_secret(""), now + kCodeLife};
  DEPOPS_TRY_VOID(write_lease(code_file(out.code), out.expires_at, now));
  return out;
}

Result<Session> FileCredentials::redeem_code(const std::string& code, Instant now) {
  const Error refused{Errc::refused,
                      "this sign-in code is unknown, used or older than 10 minutes; make a new one with "
                      "'depops-hub code'"};
  if (code.empty() || code.size() > kSecretMax) return refused;
  const fs::path file = code_file(code);
  const auto lease = read_lease(file);
  if (!lease || ::unlink(file.c_str()) != 0 || now >= lease->ends) return refused;
  drop_expired(directory_ / "sessions", now);
  Session session{new_secret(""), kAdmin, now + kSessionLife};
  DEPOPS_TRY_VOID(write_lease(session_file(session.cookie), session.expires_at, now));
  return session;
}

std::optional<Session> FileCredentials::session(const std::string& cookie, Instant now) {
  if (cookie.empty() || cookie.size() > kSecretMax) return std::nullopt;
  const fs::path file = session_file(cookie);
  const auto lease = read_lease(file);
  if (!lease) return std::nullopt;
  if (now >= lease->ends || idle(*lease, now)) {
    ::unlink(file.c_str());
    return std::nullopt;
  }
  if (now >= lease->last_use + kSessionTouch) touch(file, now);
  return Session{"", kAdmin, lease->ends};
}

void FileCredentials::end_session(const std::string& cookie) { ::unlink(session_file(cookie).c_str()); }

}  // namespace depops::hub::identity
