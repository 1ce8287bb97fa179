#include "agent/main/join_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "shared/join/join.h"

namespace depops::agent {
namespace {

namespace fs = std::filesystem;

Error trouble_with(const std::string& path, const std::string& what) {
  return {Errc::unavailable, path + ": " + what + ": " + std::strerror(errno) + "; make room, or its folder writable"};
}

// The name is as safe as the content only when the folder is on the disk.
Result<void> sync_folder(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return done ? Result<void>() : trouble_with(folder, "can not be synchronised");
}

Result<void> write_new(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written =
      fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
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

std::string text_of(std::istream& from) {
  std::string text(join::kTokenMax + 2, '\0');
  from.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(from.gcount()));
  return text;
}

}  // namespace

Result<void> make_once(const std::string& path, const Save& save) {
  if (fs::exists(path)) return {};
  return place(path, save);
}

Result<void> replace(const std::string& path, const std::string& text) {
  return place(path, [&](const std::string& fresh) { return write_new(fresh, text); });
}

Result<void> write_same(const std::string& path, const std::string& text) {
  if (!fs::exists(path)) return replace(path, text);
  std::ostringstream found;
  found << std::ifstream(path, std::ios::binary).rdbuf();
  if (found.str() == text) return {};
  return Error{Errc::exists, path + ": is there with another content, and is never replaced; take an empty directory"};
}

Result<std::string> read_token(const std::string& path) {
  std::string text;
  if (path == "-") {
    std::ifstream input("/dev/stdin", std::ios::binary);
    text = text_of(input);
  } else {
    struct stat facts {};
    std::ifstream file(path, std::ios::binary);
    if (!file || ::stat(path.c_str(), &facts) != 0)
      return Error{Errc::not_found, path + ": can not be read; write the token that 'depops site enroll' made into it"};
    if ((facts.st_mode & 077) != 0)
      return Error{Errc::refused, path + ": others may read this token; set its mode to 0600"};
    text = text_of(file);
  }
  const std::size_t end = text.find_last_not_of(" \r\n\t");
  text.resize(end == std::string::npos ? 0 : end + 1);
  if (text.empty() || text.size() > join::kTokenMax || text.find_first_of(" \r\n\t") != std::string::npos)
    return Error{Errc::invalid, path + ": wanted is one word, the token that 'depops site enroll' made"};
  return text;
}

}  // namespace depops::agent
