#include "shared/whole_file/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace depops::whole_file {
namespace {

namespace fs = std::filesystem;

Error trouble_with(const std::string& path, const std::string& what) {
  return {Errc::unavailable, path + ": " + what + ": " + std::strerror(errno) + "; make room, or its folder writable"};
}

// The name is as safe as the content only when the folder is on the disk.
Result<void> sync_folder(const std::string& path) {
  const std::string folder = fs::absolute(path).parent_path().string();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return done ? Result<void>() : trouble_with(folder, "can not be synchronised");
}

Result<void> write_new(const std::string& path, const std::string& text, Readers readers) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool open_to_all = readers == Readers::owner || (fd >= 0 && ::fchmod(fd, 0644) == 0);
  const bool written = fd >= 0 && open_to_all &&
                       ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return written ? Result<void>() : trouble_with(path, "can not be written");
}

Result<void> place(const std::string& path, const Save& save) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());  // what an earlier try left
  DEPOPS_TRY_VOID(save(fresh));
  if (::rename(fresh.c_str(), path.c_str()) != 0) return trouble_with(path, "can not be written");
  return sync_folder(path);
}

}  // namespace

Result<void> make_once(const std::string& path, const Save& save) {
  if (fs::exists(path)) return {};
  return place(path, save);
}

Result<void> replace(const std::string& path, const std::string& text, Readers readers) {
  return place(path, [&](const std::string& fresh) { return write_new(fresh, text, readers); });
}

std::string beginning_of(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string text(most, '\0');
  file.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

Result<void> write_same(const std::string& path, const std::string& text) {
  if (!fs::exists(path)) return replace(path, text);
  if (beginning_of(path, text.size() + 1) == text) return {};
  return Error{Errc::exists, path + ": is there with another content, and is never replaced; take an empty directory"};
}

}  // namespace depops::whole_file
