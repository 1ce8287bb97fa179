#include "hub/main/only_one.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace depops::hub {

Result<OnlyOne> OnlyOne::in(const std::filesystem::path& state_directory) {
  const std::string path = (state_directory / "hub.lock").string();
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Error{Errc::unavailable, path + ": " + std::strerror(errno) + "; is the state directory ours?"};
  OnlyOne held(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return held;
  return Error{Errc::conflict, "another hub runs on " + state_directory.string() +
                                   ": stop it, or take over from it with 'depops-hub run --take-over'"};
}

OnlyOne::~OnlyOne() {
  if (file_ >= 0) ::close(file_);
}

OnlyOne::OnlyOne(OnlyOne&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

OnlyOne& OnlyOne::operator=(OnlyOne&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

}  // namespace depops::hub
