#include "agent/logs/follower.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace depops::agent::logs {
namespace {

constexpr std::size_t kLineMax = 65'536;

}  // namespace

class Follower::File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  // All 0 when there is no such file.
  struct stat info() const {
    struct stat found {};
    if (fd_ >= 0) (void)::fstat(fd_, &found);
    return found;
  }
  bool is(const File& other) const {
    return info().st_ino == other.info().st_ino && info().st_dev == other.info().st_dev;
  }

 private:
  int fd_;
};

Follower::Follower(std::string path, std::vector<std::string> any_of, bool from_end)
    : path_(std::move(path)), any_of_(std::move(any_of)), from_end_(from_end) {}
Follower::Follower(Follower&&) noexcept = default;
Follower::~Follower() = default;

Result<void> Follower::read() {
  auto now = std::make_unique<File>(path_);
  if (now->fd() < 0) return Error{Errc::unavailable, path_ + " can not be read: " + ::strerror(errno)};
  if (file_ == nullptr) {
    offset_ = from_end_ ? now->info().st_size : 0;
    file_ = std::move(now);
  } else if (!file_->is(*now)) {
    DEPOPS_TRY_VOID(read_to_end());
    if (!file_->is(File(path_ + ".1"))) miss();
    offset_ = 0;
    file_ = std::move(now);
  } else if (now->info().st_size < offset_) {
    miss();
    offset_ = 0;
  }
  return read_to_end();
}

void Follower::miss() {
  ++life_;
  lines_ = matching_ = 0;
  part_.clear();
}

Result<void> Follower::read_to_end() {
  char bytes[65'536];
  for (;;) {
    const ssize_t got = ::pread(file_->fd(), bytes, sizeof bytes, offset_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{Errc::unavailable, path_ + " can not be read: " + ::strerror(errno)};
    if (got == 0) return {};
    offset_ += got;
    take(bytes, static_cast<std::size_t>(got));
  }
}

void Follower::take(const char* bytes, std::size_t count) {
  const char* const end = bytes + count;
  for (const char* at = bytes; at != end;) {
    const char* const newline = std::find(at, end, '\n');
    part_.append(at, std::min(static_cast<std::size_t>(newline - at), kLineMax - part_.size()));
    if (newline == end) return;
    line();
    at = newline + 1;
  }
}

void Follower::line() {
  ++lines_;
  const bool found = std::any_of(any_of_.begin(), any_of_.end(),
                                 [this](const std::string& text) { return part_.find(text) != std::string::npos; });
  matching_ += found ? 1 : 0;
  part_.clear();
}

}  // namespace depops::agent::logs
